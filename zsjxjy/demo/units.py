"""The units of the demo: every kind and business in every region; each name says 演示."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.commands.organisations import OrganisationInput
from accounts.models import Business, OrganisationKind, Region
from zsjxjy.demo.numbers import org_code, unit_code

GOVERNMENT, INSTITUTION, ENTERPRISE, NON_ENTERPRISE, INTERMEDIARY, ASSOCIATION, TRAINING = OrganisationKind
CONSTRUCTION, DESIGN, OTHER = Business


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `people` is how many practitioners it has, `old` that it never changed its 组织机构代码 for a USCC."""

    name: str
    kind: OrganisationKind
    business: Business
    region: str
    people: int
    old: bool = False


UNITS = (
    Unit("舟山市演示城市建设集团有限公司", ENTERPRISE, CONSTRUCTION, "city", 36),
    Unit("舟山市演示建筑设计研究院有限公司", ENTERPRISE, DESIGN, "city", 30),
    Unit("舟山市演示燃气工程有限公司", ENTERPRISE, OTHER, "city", 16),
    Unit("舟山市演示建设工程质量监督站", INSTITUTION, OTHER, "city", 14),
    Unit("舟山市演示市政园林管理局", GOVERNMENT, OTHER, "city", 8),
    Unit("舟山市演示建设培训中心", TRAINING, OTHER, "city", 6),
    Unit("舟山市演示建筑业协会", ASSOCIATION, OTHER, "city", 4, old=True),
    Unit("定海演示海桥建工有限公司", ENTERPRISE, CONSTRUCTION, "dinghai", 48),
    Unit("定海演示海岸建筑设计有限公司", ENTERPRISE, DESIGN, "dinghai", 24),
    Unit("定海演示装饰工程有限公司", ENTERPRISE, CONSTRUCTION, "dinghai", 18),
    Unit("定海演示岩土勘察有限公司", ENTERPRISE, OTHER, "dinghai", 14),
    Unit("定海区演示建设工程管理中心", INSTITUTION, OTHER, "dinghai", 12),
    Unit("定海演示造价咨询事务所", INTERMEDIARY, OTHER, "dinghai", 12, old=True),
    Unit("定海区演示住房建设管理局", GOVERNMENT, OTHER, "dinghai", 8),
    Unit("定海演示白蚁防治服务中心", NON_ENTERPRISE, OTHER, "dinghai", 6),
    Unit("定海演示匠心培训学校", TRAINING, OTHER, "dinghai", 4),
    Unit("普陀演示港湾建设有限公司", ENTERPRISE, CONSTRUCTION, "putuo", 34),
    Unit("普陀演示蓝海工程设计有限公司", ENTERPRISE, DESIGN, "putuo", 20),
    Unit("普陀演示园林景观工程有限公司", ENTERPRISE, CONSTRUCTION, "putuo", 14),
    Unit("普陀演示监理咨询有限公司", INTERMEDIARY, OTHER, "putuo", 14),
    Unit("普陀区演示市政管理所", INSTITUTION, OTHER, "putuo", 12),
    Unit("普陀区演示城乡建设局", GOVERNMENT, OTHER, "putuo", 6),
    Unit("普陀演示建设者之家", NON_ENTERPRISE, OTHER, "putuo", 4, old=True),
    Unit("岱山演示蓬莱建筑工程有限公司", ENTERPRISE, CONSTRUCTION, "daishan", 28),
    Unit("岱山县演示建设工程服务中心", INSTITUTION, OTHER, "daishan", 12),
    Unit("岱山演示建筑设计有限公司", ENTERPRISE, DESIGN, "daishan", 10),
    Unit("岱山县演示建设行业协会", ASSOCIATION, OTHER, "daishan", 4, old=True),
    Unit("嵊泗演示列岛建设有限公司", ENTERPRISE, CONSTRUCTION, "shengsi", 18),
    Unit("嵊泗演示设备安装有限公司", ENTERPRISE, CONSTRUCTION, "shengsi", 8),
    Unit("嵊泗县演示村镇建设管理站", INSTITUTION, OTHER, "shengsi", 8),
    Unit("嵊泗演示工程咨询事务所", INTERMEDIARY, OTHER, "shengsi", 4, old=True),
)
# The first two characters of a USCC: who registered the unit, and as what.
REGISTERED_AS = {GOVERNMENT: "11", INSTITUTION: "12", ASSOCIATION: "51", NON_ENTERPRISE: "52"}
OF_EMPLOYER, OF_ORGANISER, OF_MUNICIPAL = UNITS[7], UNITS[5], UNITS[1]
WITHOUT_UNIT = {"city": 8, "dinghai": 14, "putuo": 9, "daishan": 5, "shengsi": 4}


def unit_input(unit: Unit, region: Region) -> OrganisationInput:
    """What the command that enters a unit is given."""
    n = UNITS.index(unit) + 1
    return OrganisationInput(
        name=unit.name,
        uscc="" if unit.old else unit_code(unit.region, n, REGISTERED_AS.get(unit.kind, "91")),
        old_code=org_code(n) if unit.old else "",
        kind=unit.kind,
        business=unit.business,
        region=region,
        address=f"{region.name}演示路{n}号",
        contact_name=f"演示联系人{n}",
        phone=f"0580-0000{n:03d}",
    )
