"""What is said and taught in the demo."""
# ruff: noqa: E501  (texts stand as they are told)

from typing import Any

from portal.training.commands.courses import LessonText, QuestionText

# fmt: off
TALKS = (
    ("call", "月底前再要两套机械密封，走上次的合同。"), ("call", "问 CQB 65-50-160 的交期，答应明天上午回复。"),
    ("visit", "和设备科一起看了泵房，3 号泵轴封漏，建议整体更换。"), ("visit", "参观新车间，二期要 6 台管道泵，图纸下周给。"),
    ("mail", "已发性能曲线和换叶轮后的报价。"), ("meeting", "他们在和开威比价，更看重交期，价格差 3% 能接受。"),
    ("call", "发票要按厂区分开，已转财务。"), ("call", "上批货有一台电机噪音大，请售后联系张工。"),
    ("visit", "年度框架谈到一半，采购希望账期 60 天。"), ("meeting", "总工确认改用衬氟泵，下月招标。"),
    ("call", "水处理改造延期到春节后，预算已批。"), ("mail", "发了样本和三家同行业的用户名单。"),
    ("visit", "仓库里还有四台备机，今年不会再订。"), ("call", "新采购主管上任，约了周四见面。"),
    ("meeting", "安环检查要求更换两台泵，需要防爆电机。"), ("call", "催上次的对账单，已请财务今天发。"),
    ("call", "They ask for the test certificate of the last two pumps."), ("mail", "Sent the offer for the spare impellers."),
    ("meeting", "Delivery time matters more to them than the price."),
)
TASKS = (
    "给客户寄机械密封样品", "核对上季度对账单", "安排售后上门看 3 号泵", "发最新的防爆证书", "确认 IHF 80-65-160 的库存和交期",
    "整理年度框架的报价", "回访上月投诉的处理结果", "补开两张发票",
)

NAMES = (
    ("Reading the credit light before a visit", "拜访前看懂信用灯"),
    ("A price request in three fields", "三项填完特价申请"),
    ("Talks that help the next one", "写好沟通记录"),
)

LESSONS = (
    (
        LessonText(
            "The three lights", "三种灯",
            "Each customer's page shows the state of his credit.\n\n- **No mark**: all in order.\n- **Orange**: look at it, you may go on.\n"
            "- **Red**: credit on hold. Nothing is shipped until finance releases it.",
            "客户页面会显示信用状态。\n\n- **没有标记**：一切正常。\n- **橙色**：留意一下，可以继续。\n- **红色**：信用冻结，财务放行之前不发货。", 4,
        ),
        LessonText(
            "Before you drive", "出发之前",
            "A hold stops *shipping*, not talking. Ask finance what would release it, and take the list of open invoices with you.\n\n"
            "> Never promise a delivery date while credit is on hold.",
            "冻结的是*发货*，不是沟通。先问财务怎样才能放行，带上未付发票清单。\n\n> 信用冻结期间，不要承诺交期。", 4,
        ),
    ),
    (
        LessonText(
            "Three fields", "只填三项",
            "Customer, product, the price asked for. The rest comes from the customer's card and the last request. "
            "Before you send you see **who decides** and **until when**.",
            "客户、产品、申请价，三项即可。其余由客户资料和上次申请带出。提交前能看到**谁审批**、**何时答复**。", 3,
        ),
        LessonText(
            "While it waits", "等待期间",
            "You need not phone. Reminders go out by themselves; if nobody answers in time, somebody above may decide as well.",
            "不用打电话催。系统会自动催办；到时无人办理，上级也可审批。", 3,
        ),
    ),
    (
        LessonText(
            "Two fields, the same day", "当天记，两项就够",
            "What was said, and how: call, visit, mail, meeting. A note of the same day is worth three of next week.",
            "沟通方式和内容，两项就够。当天记一条，胜过下周补三条。", 3,
        ),
        LessonText(
            "What the next one needs", "给下一个人看",
            "Write what a colleague must know who drives there tomorrow: what they want, by when, and what was promised.",
            "写明天去拜访的同事必须知道的：对方要什么、什么时候要、我们答应了什么。", 3,
        ),
    ),
)

QUESTIONS = (
    (
        QuestionText("What does a red light stop?", "红灯停的是什么？", ("Shipping", "Visits", "Quotes"), ("发货", "拜访", "报价"), 1,
                     "Talking goes on; nothing leaves the store.", "可以继续沟通，但不发货。"),
        QuestionText("Who releases a hold?", "谁能解除冻结？", ("My manager", "Finance", "I myself, with a note"), ("我的主管", "财务", "我自己写个说明"), 2,
                     "Finance, as a rule against a dated promise to pay.", "财务放行，一般要有书面付款承诺。"),
        QuestionText("May you promise a date while credit is on hold?", "信用冻结时能承诺交期吗？", ("Yes", "No"), ("能", "不能"), 2),
    ),
    (
        QuestionText("How many fields have to be filled?", "必填几项？", ("Three", "Eight", "All of them"), ("三项", "八项", "全部"), 1),
        QuestionText("What do you see before you send?", "提交前能看到什么？", ("Nothing", "Who decides, and until when", "The cost"), ("什么也看不到", "谁审批、何时答复", "成本"), 2),
        QuestionText("Nobody answers in time. What happens?", "到时没人答复会怎样？",
                     ("I phone around", "It is approved by itself", "Somebody above may decide as well"), ("我到处打电话", "自动同意", "上级也可审批"), 3,
                     "Prices are never approved by the clock.", "特价不会因超时自动同意。"),
    ),
    (
        QuestionText("When is a talk noted?", "什么时候记？", ("The same day", "At the end of the week", "Before the audit"), ("当天", "周末", "检查之前"), 1),
        QuestionText("What helps the next colleague most?", "对下一个同事最有用的是什么？",
                     ("How long it took", "What was promised, and until when"), ("聊了多久", "答应了什么、什么时候"), 2),
    ),
)

RULE: dict[str, Any] = {
    "name": "Learn it, then use it", "name_zh": "学了就用", "days": 14, "weeks": 4, "among": 8, "points": 100, "roles": ["rep"],
    "text": "A course alone changes nothing. What counts is that the portal is used in the weeks that follow.",
    "text_zh": "光上课没有用，随后几周真正用起来才算。",
}
# fmt: on

# Texts that have one field are written in both languages, as a company of both would.
PROGRAMME = {
    "name": "CRM for the whole company",
    "name_zh": "全公司客户关系管理推行",
    "purpose": "价格和客户历史不用再追着人问，每个申请都有靠得住的答复。\nNobody has to chase a price or a customer's history; every request gets an answer that one can rely on.",
}
GOALS = (
    {"kind": "efficiency", "name": "特价答复 Price answer", "unit": "工时 h", "baseline": 1420, "target": 400},
    {"kind": "efficiency", "name": "销售周期 Sales cycle", "unit": "天 days", "baseline": 4600, "target": 3600},
    {"kind": "loyalty", "name": "客户满意度 Customer satisfaction", "unit": "/ 10", "baseline": 740, "target": 820},
)
PILOT: dict[str, Any] = {
    "name": "Talks on record, with coaching",
    "name_zh": "拜访有记录，主管来辅导",
    "problem": "客户的来龙去脉都记在本子上，换人接手就得从头来。\nCustomers' histories live in notebooks: whoever takes over a customer starts from nothing.",
    "area": "华东、华南、西部的销售 Sales in the East, South and West",
    "chosen": "华东两个、华南和西部各一个，都是主管愿意辅导的团队，未抽签。\nTwo teams of the East, one each of South and West, whose managers offered to coach; not drawn by lot.",
}
# days ago, what, team, owner, and how it went on: the move and how many days ago
BARRIERS = (
    (50, {"text": "“录入比记本子还慢” “Typing takes longer than my notebook”", "obstacle": "resistance",
          "mitigation": "只填两项；辅导员陪一周。\nTwo fields are enough; a coach sits beside for a week."}, "Guangzhou", "manager.south", ("mend", 30)),
    (33, {"text": "夜里的申请没人负责答复 Nobody says who answers requests at night", "obstacle": "process",
          "mitigation": "财务值班表待定。\nThe duty list of finance is to be agreed."}, None, "director", None),
    (12, {"text": "成都另有一份价目表 Chengdu keeps its own price list", "obstacle": "needs",
          "mitigation": "先与系统价目表核对，再停用。\nCompare it with the portal's, then close it."}, "Chengdu", "manager.west", None),
)  # fmt: skip
