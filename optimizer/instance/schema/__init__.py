"""What a user writes: one class per block, one file per business area; `instance.py` has the whole file."""

from optimizer.instance.schema.base import (
    ASSIGNABLE,
    NEW,
    NONE,
    ONE,
    ZERO,
    Block,
    Name,
    NonNegative,
    PeriodLabel,
    Periods,
    Positive,
    Share,
    Timing,
)
from optimizer.instance.schema.calendar import CalendarBlock, Discount, SegmentBlock
from optimizer.instance.schema.cash import Budget, Cash, Opening
from optimizer.instance.schema.cash_flows import CashFlow
from optimizer.instance.schema.choices import Choice
from optimizer.instance.schema.cloud import Cloud, Reserved
from optimizer.instance.schema.colocation import Colocation
from optimizer.instance.schema.contracts import Contract, CustomerShares, Renewal
from optimizer.instance.schema.conversion import CappedCall, Conversion
from optimizer.instance.schema.covenants import Covenant, History
from optimizer.instance.schema.debt import (
    Advance,
    Debt,
    Floating,
    Lender,
    Prepayment,
    ReferenceRate,
    ServiceReserve,
    Swap,
    Sweep,
    TiedTo,
)
from optimizer.instance.schema.dividends import Dividends
from optimizer.instance.schema.energy import EnergyContract, EnergySource, Power, Region
from optimizer.instance.schema.equity import Equity, EquityRound
from optimizer.instance.schema.frameworks import Framework
from optimizer.instance.schema.groups import Group
from optimizer.instance.schema.hardware import AttachCost, Development, Offer, Tier, Tiers
from optimizer.instance.schema.instance import Instance, default_objectives, default_of, earning_options
from optimizer.instance.schema.leases import Lease
from optimizer.instance.schema.objectives import AdjustedPresentValue, Objective, ObjectiveName
from optimizer.instance.schema.opening import OpeningAsset, OpeningContract, OpeningPart, OpeningUnits, ResourceUse
from optimizer.instance.schema.partners import Partner
from optimizer.instance.schema.preferred import PreferredEquity
from optimizer.instance.schema.pricing_grid import Bucket, PricingGrid, Relever
from optimizer.instance.schema.sensitivity import LIMIT_KINDS, LimitKind, Range
from optimizer.instance.schema.service import Market
from optimizer.instance.schema.sites import CapexItem, Phase, Resource, Site
from optimizer.instance.schema.solving import SolveOptions
from optimizer.instance.schema.tax import DepreciationClass, Tax
from optimizer.instance.schema.terminal import Terminal

__all__ = [
    "ASSIGNABLE",
    "LIMIT_KINDS",
    "NEW",
    "NONE",
    "ONE",
    "ZERO",
    "AdjustedPresentValue",
    "Advance",
    "AttachCost",
    "Block",
    "Bucket",
    "Budget",
    "CalendarBlock",
    "CapexItem",
    "CappedCall",
    "Cash",
    "CashFlow",
    "Choice",
    "Cloud",
    "Colocation",
    "Contract",
    "Conversion",
    "Covenant",
    "CustomerShares",
    "Debt",
    "DepreciationClass",
    "Development",
    "Discount",
    "Dividends",
    "EnergyContract",
    "EnergySource",
    "Equity",
    "EquityRound",
    "Floating",
    "Framework",
    "Group",
    "History",
    "Instance",
    "Lease",
    "Lender",
    "LimitKind",
    "Market",
    "Name",
    "NonNegative",
    "Objective",
    "ObjectiveName",
    "Offer",
    "Opening",
    "OpeningAsset",
    "OpeningContract",
    "OpeningPart",
    "OpeningUnits",
    "Partner",
    "PeriodLabel",
    "Periods",
    "Phase",
    "Positive",
    "Power",
    "PreferredEquity",
    "Prepayment",
    "PricingGrid",
    "Range",
    "ReferenceRate",
    "Region",
    "Relever",
    "Renewal",
    "Reserved",
    "Resource",
    "ResourceUse",
    "SegmentBlock",
    "ServiceReserve",
    "Share",
    "Site",
    "SolveOptions",
    "Swap",
    "Sweep",
    "Tax",
    "Terminal",
    "TiedTo",
    "Tier",
    "Tiers",
    "Timing",
    "default_objectives",
    "default_of",
    "earning_options",
]
