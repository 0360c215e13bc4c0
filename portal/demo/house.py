"""Calendar, regions, teams, people, products and the approval policy of the demo."""

from collections import Counter
from datetime import date, timedelta

from portal.access.viewer import SYSTEM
from portal.approvals.commands import publish_policy
from portal.approvals.rules import BELOW, MANAGER, Step
from portal.calendars.commands import create_calendar
from portal.core import clock
from portal.demo.names import people
from portal.identity.commands import people as people_commands
from portal.identity.commands import places
from portal.identity.models import Person, Team
from portal.measures.commands.licences import give_licence, note_leave
from portal.products.commands import put_product, put_stock
from portal.products.models import Product

OFFICE_HOURS = ((540, 720), (780, 1080))
WEEK = (OFFICE_HOURS,) * 5 + ((),) * 2
STARTED = timedelta(days=400)
HISTORY = timedelta(weeks=26)
"""So long the portal has been in use."""
JOINED = timedelta(days=9)
"""So long ago the newest colleague got his licence."""

REGIONS = (("East", "华东"), ("South", "华南"), ("North", "华北"), ("West", "西部"))

# username, name, Chinese name, role, team
PEOPLE = (
    ("director", "Chen Yun", "陈云", "director", "Sales"),
    ("manager", "Li Na", "李娜", "manager", "Suzhou"),
    ("rep", "Wang Lei", "王磊", "rep", "Suzhou"),
    ("rep2", "Zhao Min", "赵敏", "rep", "Suzhou"),
    ("manager.south", "Sun Jie", "孙洁", "manager", "Guangzhou"),
    ("rep.south", "Lin Qi", "林琪", "rep", "Guangzhou"),
    ("rep2.south", "Huang Bo", "黄博", "rep", "Xiamen"),
    ("manager.north", "Guo Wei", "郭伟", "manager", "Beijing"),
    ("rep.north", "Song Yu", "宋宇", "rep", "Beijing"),
    ("manager.west", "Deng Hua", "邓华", "manager", "Chengdu"),
    ("rep.west", "Luo Jun", "罗军", "rep", "Chengdu"),
    ("finance", "He Ting", "何婷", "finance", "Finance"),
    ("finance2", "Zhao Ming", "赵明", "finance", "Finance"),
    ("service", "Xu Fang", "徐芳", "service", "Service"),
    ("pm", "Qian Bo", "钱波", "pm", "Rollout office"),
    ("trainer", "Tang Min", "唐敏", "trainer", "Rollout office"),
    ("employee", "Ma Chao", "马超", "employee", "Service"),
    ("executive", "Gao Jian", "高健", "executive", "Management"),
    ("admin", "Zhou Hui", "周慧", "admin", "Rollout office"),
)
"""Those of the contract. The other teams are filled up with made names, see `colleagues`."""

# name, Chinese name, kind, team above, region, manager
TEAMS = (
    ("Management", "管理层", "office", None, None, "executive"),
    ("Sales", "销售部", "sales", None, None, "director"),
    ("Sales East", "华东销售部", "sales", "Sales", "East", "manager"),
    ("Suzhou", "苏州组", "sales", "Sales East", "East", "manager"),
    ("Shanghai", "上海组", "sales", "Sales East", "East", "manager"),
    ("Hangzhou", "杭州组", "sales", "Sales East", "East", "manager"),
    ("Sales South", "华南销售部", "sales", "Sales", "South", "manager.south"),
    ("Guangzhou", "广州组", "sales", "Sales South", "South", "manager.south"),
    ("Shenzhen", "深圳组", "sales", "Sales South", "South", "manager.south"),
    ("Xiamen", "厦门组", "sales", "Sales South", "South", "manager.south"),
    ("Sales North", "华北销售部", "sales", "Sales", "North", "manager.north"),
    ("Beijing", "北京组", "sales", "Sales North", "North", "manager.north"),
    ("Tianjin", "天津组", "sales", "Sales North", "North", "manager.north"),
    ("Jinan", "济南组", "sales", "Sales North", "North", "manager.north"),
    ("Sales West", "西部销售部", "sales", "Sales", "West", "manager.west"),
    ("Chengdu", "成都组", "sales", "Sales West", "West", "manager.west"),
    ("Chongqing", "重庆组", "sales", "Sales West", "West", "manager.west"),
    ("Xi'an", "西安组", "sales", "Sales West", "West", "manager.west"),
    ("Finance", "财务部", "finance", None, None, "finance"),
    ("Service", "客户服务部", "service", None, None, "service"),
    ("Rollout office", "推行办公室", "project", None, None, "pm"),
)
SELLING = {
    "East": ("Suzhou", "Shanghai", "Hangzhou"),
    "South": ("Guangzhou", "Shenzhen", "Xiamen"),
    "North": ("Beijing", "Tianjin", "Jinan"),
    "West": ("Chengdu", "Chongqing", "Xi'an"),
}
"""The twelve teams that sell, by region."""
STRENGTH = dict.fromkeys((team for teams in SELLING.values() for team in teams), 5) | {
    "Shenzhen": 6,
    "Service": 6,
    "Finance": 3,
}
"""How many people a team has."""


def colleagues() -> tuple[tuple[str, str, str, str, str], ...]:
    """The people who fill up the teams, in the same form."""
    here = Counter(team for *_rest, team in PEOPLE)
    fresh = people("colleagues", {zh for _username, _name, zh, *_rest in PEOPLE})
    roles = {"Service": "service", "Finance": "finance"}
    found = []
    for team, strength in STRENGTH.items():
        for _ in range(strength - here[team]):
            one = next(fresh)
            family, given = one.name.lower().split()
            found.append((f"{given}.{family}", one.name, one.zh, roles.get(team, "rep"), team))
    return tuple(found)


# code, name, Chinese name, series, list price, cost, working days of lead time, stock by place
PRODUCTS = (
    (
        "CQB 65-50-160",
        "Magnetic drive pump CQB 65-50-160",
        "磁力泵 CQB 65-50-160",
        "CQB",
        8600,
        5716,
        12,
        (("Suzhou", 36), ("Guangzhou", 0)),
    ),
    (
        "CQB 50-32-125",
        "Magnetic drive pump CQB 50-32-125",
        "磁力泵 CQB 50-32-125",
        "CQB",
        5200,
        3640,
        10,
        (("Suzhou", 58),),
    ),
    (
        "IHF 80-65-160",
        "Lined chemical pump IHF 80-65-160",
        "衬氟化工泵 IHF 80-65-160",
        "IHF",
        11800,
        8020,
        15,
        (("Suzhou", 14),),
    ),
    (
        "IHF 100-80-160",
        "Lined chemical pump IHF 100-80-160",
        "衬氟化工泵 IHF 100-80-160",
        "IHF",
        15400,
        10900,
        18,
        (("Suzhou", 6),),
    ),
    (
        "ISG 80-160",
        "Inline pump ISG 80-160",
        "管道泵 ISG 80-160",
        "ISG",
        4300,
        2880,
        7,
        (("Suzhou", 120), ("Chengdu", 40)),
    ),
    (
        "ISG 100-200",
        "Inline pump ISG 100-200",
        "管道泵 ISG 100-200",
        "ISG",
        6900,
        4700,
        7,
        (("Suzhou", 74), ("Tianjin", 22)),
    ),
    ("DL 50-15", "Multistage pump DL 50-15", "多级泵 DL 50-15", "DL", 9800, 6950, 14, (("Tianjin", 18),)),
    (
        "WQ 65-25",
        "Sewage pump WQ 65-25",
        "排污泵 WQ 65-25",
        "WQ",
        3900,
        2730,
        5,
        (("Chengdu", 65), ("Guangzhou", 31)),
    ),
    ("QBY 40", "Diaphragm pump QBY 40", "气动隔膜泵 QBY 40", "QBY", 3600, 2410, 6, (("Suzhou", 90),)),
    ("ZW 80-65", "Self-priming pump ZW 80-65", "自吸泵 ZW 80-65", "ZW", 5600, 3980, 9, (("Guangzhou", 27),)),
    ("SEAL 109-40", "Mechanical seal 109-40", "机械密封 109-40", "Parts", 420, 195, 3, (("Suzhou", 800),)),
    ("MOTOR YE4-132", "Motor YE4-132S", "电机 YE4-132S", "Parts", 2350, 1790, 8, (("Suzhou", 45),)),
)


def build() -> None:
    """Make the house, in the open unit of work, as it has stood for a good year."""
    with clock.at(clock.now() - STARTED):
        calendar = create_calendar(
            name="China, 9 to 6", name_zh="中国 9:00–18:00", country="CN", zone="Asia/Shanghai", weekly=WEEK,
            confirmed_until=date(2026, 12, 31), by=SYSTEM,
        )  # fmt: skip
        regions = {
            name: places.create_region(name=name, name_zh=zh, calendar_id=calendar.id, by=SYSTEM)
            for name, zh in REGIONS
        }
        staff = {
            username: people_commands.create_person(
                username=username,
                name=name,
                name_zh=zh,
                email=f"{username}@example.com",
                zone="Asia/Shanghai",
                by=SYSTEM,
            )
            for username, name, zh, _role, _team in (*PEOPLE, *colleagues())
        }
        _teams(staff, {name: region.id for name, region in regions.items()})
        for code, name, zh, series, price, cost, lead, stock in PRODUCTS:
            _product(code, name, zh, series, price, cost, lead, stock)
        steps = [Step(1, MANAGER, 120), Step(2, "role:finance", 240, "margin", BELOW, 2500)]
        publish_policy("price_request", steps, by=SYSTEM)
    newest = next(username for username, *_names, team in colleagues() if team == "Shenzhen")
    resting = next(username for username, *_names, team in colleagues() if team == "Service")
    for username, it in staff.items():
        with clock.at(clock.now() - (JOINED if username == newest else HISTORY)):
            give_licence(it, since=clock.today("Asia/Shanghai"), by=SYSTEM)
    note_leave(staff[resting], since=clock.today("Asia/Shanghai"), by=SYSTEM)


def _teams(people: dict[str, Person], regions: dict[str, int]) -> None:
    since = clock.today("Asia/Shanghai")
    teams: dict[str, Team] = {}
    for name, zh, kind, above, region, manager in TEAMS:
        teams[name] = places.create_team(
            name=name, name_zh=zh, kind=kind, parent_id=teams[above].id if above else None,
            region_id=regions[region] if region else None, manager_id=people[manager].id, by=SYSTEM,
        )  # fmt: skip
    for username, _name, _zh, role, team in (*PEOPLE, *colleagues()):
        people_commands.move_to_team(people[username], teams[team], since=since, by=SYSTEM)
        people_commands.grant_role(people[username], role, since=since, by=SYSTEM)


def _product(
    code: str,
    name: str,
    zh: str,
    series: str,
    price: int,
    cost: int,
    lead: int,
    stock: tuple[tuple[str, int], ...],
) -> Product:
    it, _outcome = put_product(
        code=code, name=name, name_zh=zh, series=series, list_price_minor=price * 100, cost_minor=cost * 100, currency="CNY",
        lead_days=lead, by=SYSTEM,
    )  # fmt: skip
    for place, pieces in stock:
        put_stock(
            it,
            place=place,
            pieces=pieces,
            as_of=clock.now() + STARTED - timedelta(hours=3),
            source="ERP",
            by=SYSTEM,
        )
    return it
