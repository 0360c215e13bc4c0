"""Names of the demo: companies and people that do not exist, put together from parts, always the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

SEED = 20261123


def chance(part: str) -> Random:
    """The random numbers of one part of the demo: another part that grows does not change them."""
    return Random(f"{SEED}:{part}")  # noqa: S311  (makes examples, guards nothing)


@dataclass(frozen=True)
class Place:
    """A town with the prefix of its telephones."""

    name: str
    zh: str
    prefix: str


# fmt: off
PLACES = {
    "East": (
        Place("Suzhou", "苏州", "0512"), Place("Shanghai", "上海", "021"), Place("Hangzhou", "杭州", "0571"),
        Place("Wuxi", "无锡", "0510"), Place("Ningbo", "宁波", "0574"), Place("Nanjing", "南京", "025"),
        Place("Nantong", "南通", "0513"), Place("Changzhou", "常州", "0519"), Place("Shaoxing", "绍兴", "0575"),
        Place("Hefei", "合肥", "0551"),
    ),
    "South": (
        Place("Guangzhou", "广州", "020"), Place("Shenzhen", "深圳", "0755"), Place("Xiamen", "厦门", "0592"),
        Place("Foshan", "佛山", "0757"), Place("Dongguan", "东莞", "0769"), Place("Zhuhai", "珠海", "0756"),
        Place("Fuzhou", "福州", "0591"), Place("Nanning", "南宁", "0771"), Place("Quanzhou", "泉州", "0595"),
    ),
    "North": (
        Place("Beijing", "北京", "010"), Place("Tianjin", "天津", "022"), Place("Jinan", "济南", "0531"),
        Place("Qingdao", "青岛", "0532"), Place("Dalian", "大连", "0411"), Place("Shenyang", "沈阳", "024"),
        Place("Tangshan", "唐山", "0315"), Place("Taiyuan", "太原", "0351"), Place("Zhengzhou", "郑州", "0371"),
    ),
    "West": (
        Place("Chengdu", "成都", "028"), Place("Chongqing", "重庆", "023"), Place("Xi'an", "西安", "029"),
        Place("Kunming", "昆明", "0871"), Place("Guiyang", "贵阳", "0851"), Place("Lanzhou", "兰州", "0931"),
        Place("Urumqi", "乌鲁木齐", "0991"), Place("Mianyang", "绵阳", "0816"),
    ),
}

STEMS = (
    ("Huayu", "华宇"), ("Xinda", "鑫达"), ("Hengrui", "恒瑞"), ("Longteng", "隆腾"), ("Tianhe", "天和"), ("Jinshan", "金山"),
    ("Dongfang", "东方"), ("Ruifeng", "瑞丰"), ("Yongsheng", "永盛"), ("Hongtai", "宏泰"), ("Zhongke", "中科"),
    ("Lianhe", "联合"),
    ("Kaixin", "凯欣"), ("Mingda", "明达"), ("Shunfa", "顺发"), ("Boya", "博雅"), ("Haitian", "海天"), ("Yida", "益达"),
    ("Guangming", "光明"), ("Taihe", "泰和"), ("Xiangrui", "祥瑞"), ("Dahua", "大华"), ("Jinghua", "精华"), ("Futian", "福田"),
    ("Anbang", "安邦"), ("Chuangxin", "创新"), ("Qihang", "启航"), ("Junfeng", "骏丰"), ("Weilai", "未来"), ("Shengyuan", "盛源"),
    ("Baolong", "宝隆"), ("Huilin", "汇霖"), ("Jiahe", "嘉禾"), ("Lvzhou", "绿洲"), ("Nanhua", "南华"), ("Beichen", "北辰"),
    ("Xihu", "西湖"), ("Yunfeng", "云峰"), ("Zhenhua", "振华"), ("Pengcheng", "鹏程"),
)

SECTORS = (
    ("Chemical", "化工", "Chemicals"), ("Pharma", "制药", "Pharmaceuticals"), ("Water", "水务", "Water supply"),
    ("Environmental", "环保", "Water treatment"), ("Foods", "食品", "Food"), ("Paper", "纸业", "Paper"),
    ("Dyeing", "印染", "Textiles"), ("Electronics", "电子", "Electronics"), ("Power", "电力", "Power"),
    ("Steel", "钢铁", "Steel"), ("Machinery", "机械", "Machinery"), ("Coatings", "涂料", "Coatings"),
    ("New Materials", "新材料", "Chemicals"), ("Brewery", "酒业", "Food"), ("Glass", "玻璃", "Glass"),
)

SURNAMES = (
    ("Wang", "王"), ("Li", "李"), ("Zhang", "张"), ("Liu", "刘"), ("Chen", "陈"), ("Yang", "杨"), ("Zhao", "赵"), ("Huang", "黄"),
    ("Zhou", "周"), ("Wu", "吴"), ("Xu", "徐"), ("Sun", "孙"), ("Hu", "胡"), ("Zhu", "朱"), ("Gao", "高"), ("Lin", "林"),
    ("He", "何"), ("Guo", "郭"), ("Ma", "马"), ("Luo", "罗"), ("Liang", "梁"), ("Song", "宋"), ("Zheng", "郑"), ("Xie", "谢"),
    ("Han", "韩"), ("Tang", "唐"), ("Feng", "冯"), ("Yu", "于"), ("Dong", "董"), ("Xiao", "萧"), ("Cheng", "程"), ("Cao", "曹"),
)
GIVEN = (
    ("Wei", "伟"), ("Fang", "芳"), ("Min", "敏"), ("Jing", "静"), ("Qiang", "强"), ("Lei", "磊"), ("Yan", "艳"), ("Yong", "勇"),
    ("Jun", "军"), ("Jie", "杰"), ("Juan", "娟"), ("Tao", "涛"), ("Ming", "明"), ("Chao", "超"), ("Xia", "霞"), ("Ping", "平"),
    ("Gang", "刚"), ("Hui", "辉"), ("Ling", "玲"), ("Peng", "鹏"), ("Hua", "华"), ("Fei", "飞"), ("Yun", "云"), ("Bin", "斌"),
    ("Xiaoyan", "晓燕"), ("Jianguo", "建国"), ("Zhiqiang", "志强"), ("Lihua", "丽华"), ("Haiyan", "海燕"), ("Wenbo", "文博"),
)
# fmt: on


@dataclass(frozen=True)
class Name:
    """A name in Latin letters and in Chinese."""

    name: str
    zh: str


def people(part: str, taken: set[str]) -> Iterator[Name]:
    """People, each name once; `taken` are Chinese names that are in use already."""
    every = [
        Name(f"{family} {given}", family_zh + given_zh)
        for family, family_zh in SURNAMES
        for given, given_zh in GIVEN
    ]
    chance(part).shuffle(every)
    yield from (one for one in every if one.zh not in taken)


@dataclass(frozen=True)
class Company:
    """A customer of the demo."""

    name: str
    zh: str
    place: Place
    sector: str
    size: str
    phone: str


def companies(region: str, count: int) -> list[Company]:
    """So many companies of a region, each name once."""
    random = chance(f"companies {region}")
    every = [
        (place, stem, stem_zh, branch, branch_zh, sector)
        for place in PLACES[region]
        for stem, stem_zh in STEMS
        for branch, branch_zh, sector in SECTORS
    ]
    return [
        Company(
            name=f"{place.name} {stem} {branch}", zh=f"{place.zh}{stem_zh}{branch_zh}", place=place, sector=sector,
            size=random.choices(("national", "large", "small_medium"), (6, 24, 70))[0],
            phone=f"{place.prefix}-{random.randint(2, 8)}{random.randint(100, 999)} {random.randint(1000, 9999)}",
        )
        for place, stem, stem_zh, branch, branch_zh, sector in random.sample(every, count)
    ]  # fmt: skip
