"""The people of the tests: one of each role in region East, and the ones beside them whom they must not reach into.

`rep` and `colleague` are in the same team, `stranger` is a rep of region South under `other_manager`.
"""

from datetime import date

from portal.core import clock
from portal.core.db import db
from portal.identity.models import Membership, Person, Region, RoleGrant, Team

SINCE = date(2026, 1, 1)

# username, English name, Chinese name, role, team
CAST = (
    ("director", "Chen Yun", "陈云", "director", "Sales"),
    ("manager", "Li Na", "李娜", "manager", "Sales East"),
    ("rep", "Wang Lei", "王磊", "rep", "Sales East"),
    ("colleague", "Zhao Ming", "赵明", "rep", "Sales East"),
    ("other_manager", "Sun Jie", "孙洁", "manager", "Sales South"),
    ("stranger", "Lin Qi", "林琪", "rep", "Sales South"),
    ("finance", "He Ting", "何婷", "finance", "Finance"),
    ("service", "Xu Fang", "徐芳", "service", "Service"),
    ("pm", "Qian Bo", "钱波", "pm", "Office"),
    ("employee", "Ma Chao", "马超", "employee", "Office"),
    ("executive", "Gao Jian", "高健", "executive", "Office"),
    ("trainer", "Tang Min", "唐敏", "trainer", "Office"),
    ("admin", "Zhou Hui", "周慧", "admin", "Office"),
)
TEAMS = (
    ("Sales", "销售部", "sales", None, None, "director"),
    ("Sales East", "华东销售", "sales", "Sales", "East", "manager"),
    ("Sales South", "华南销售", "sales", "Sales", "South", "other_manager"),
    ("Finance", "财务部", "finance", None, None, "finance"),
    ("Service", "服务部", "service", None, "East", None),
    ("Office", "总部", "office", None, None, "executive"),
)


def person(username: str) -> Person:
    """One of the cast."""
    return db.session.query(Person).filter_by(username=username).one()


def add_cast() -> None:
    """Put the cast into an empty database, in the open unit of work."""
    session = db.session
    regions = {name: Region(name=name, name_zh=zh) for name, zh in (("East", "华东"), ("South", "华南"))}
    people = {
        username: Person(username=username, name=name, name_zh=zh, sort_key=name.lower(), email=f"{username}@example.com",
                         zone="Asia/Shanghai", created_at=clock.now())
        for username, name, zh, _role, _team in CAST
    }  # fmt: skip
    session.add_all([*regions.values(), *people.values()])
    session.flush()
    teams: dict[str, Team] = {}
    for name, zh, kind, parent, region, manager in TEAMS:
        teams[name] = Team(name=name, name_zh=zh, kind=kind, parent_id=teams[parent].id if parent else None,
                           region_id=regions[region].id if region else None,
                           manager_id=people[manager].id if manager else None)  # fmt: skip
        session.add(teams[name])
        session.flush()
    for username, _name, _zh, role, team in CAST:
        session.add(Membership(person_id=people[username].id, team_id=teams[team].id, since=SINCE))
        session.add(RoleGrant(person_id=people[username].id, role=role, since=SINCE))
    session.flush()
