"""The columns of FOCUS, and the SQL of `fivetran-logs export`, which a build compiles with all other queries."""

from __future__ import annotations

from typing import NamedTuple

from fivetran_logs.dbt.marts import Question

VERSIONS = ("1.2", "1.3", "1.4")
FIRST, LAST, MONTH = "@first@", "@last@", "@month@"
EARLIEST, LATEST = "0001-01-01", "9999-12-31"


class Column(NamedTuple):
    """A column of the specification, and the versions that have it; its mart column is its name in snake_case."""

    name: str
    kind: str = "text"  # text, number or time
    since: str = "1.2"
    until: str = "1.4"

    @property
    def mart_column(self) -> str:
        spaced = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in self.name)
        return spaced.lstrip("_").replace("x__", "x_")


FOCUS_COLUMNS = (
    Column("AllocatedMethodDetails", since="1.3"),
    Column("AllocatedMethodId", since="1.3"),
    Column("AllocatedResourceId", since="1.3"),
    Column("AllocatedResourceName", since="1.3"),
    Column("AllocatedTags", since="1.3"),
    Column("BilledCost", "number"),
    Column("BillingAccountId"),
    Column("BillingAccountName"),
    Column("BillingCurrency"),
    Column("BillingPeriodEnd", "time"),
    Column("BillingPeriodStart", "time"),
    Column("ChargeCategory"),
    Column("ChargeClass"),
    Column("ChargeDescription"),
    Column("ChargeFrequency"),
    Column("ChargePeriodEnd", "time"),
    Column("ChargePeriodStart", "time"),
    Column("CommitmentDiscountStatus"),
    Column("ConsumedQuantity", "number"),
    Column("ConsumedUnit"),
    Column("ContractedCost", "number"),
    Column("EffectiveCost", "number"),
    Column("HostProviderName", since="1.3"),
    Column("InvoiceId"),
    Column("InvoiceIssuerName"),
    Column("ListCost", "number"),
    Column("PricingCategory"),
    Column("PricingQuantity", "number"),
    Column("PricingUnit"),
    Column("ProviderName", until="1.3"),
    Column("PublisherName", until="1.3"),
    Column("RegionId"),
    Column("RegionName"),
    Column("ResourceId"),
    Column("ResourceName"),
    Column("ResourceType"),
    Column("ServiceCategory"),
    Column("ServiceName"),
    Column("ServiceProviderName", since="1.3"),
    Column("ServiceSubcategory"),
    Column("SubAccountId"),
    Column("SubAccountName"),
    Column("Tags"),
    Column("x_CostCentre"),
    Column("x_Environment"),
    Column("x_Owner"),
    Column("x_Team"),
)

_SELECTED = ",\n    ".join(column.mart_column for column in FOCUS_COLUMNS)
_TIME = "{{ fivetran_logs.type_utc_timestamp() }}"

FOCUS = Question(
    "focus",
    f"""select
    {_SELECTED}
from {{{{ ref('fct_fivetran_focus_costs') }}}}
where charge_period_start >= cast('{FIRST}' as {_TIME}) and charge_period_start < cast('{LAST}' as {_TIME})
order by charge_period_start, sub_account_id, resource_id, allocated_resource_id, charge_description, cost_key
""",
    "The export of FOCUS",
)

CHARGEBACK = Question(
    "chargeback of owners",
    f"""select
    month_date,
    owner,
    team,
    cost_centre,
    environment,
    destination_id,
    destination_name,
    connection_id,
    connection_name,
    charge_kind,
    allocation_method,
    sum(paid_active_rows) as paid_active_rows,
    sum(allocated_cost_usd) as cost_usd,
    sum(credits) as credits,
    is_estimate
from {{{{ ref('fct_fivetran_cost_allocation') }}}}
where '{MONTH}' = '' or month_date = cast(coalesce(nullif('{MONTH}', ''), '{EARLIEST}') as date)
group by
    month_date, owner, team, cost_centre, environment, destination_id, destination_name, connection_id, connection_name,
    charge_kind, allocation_method, is_estimate
order by
    month_date, owner, team, cost_centre, environment, destination_id, connection_id, connection_name, charge_kind,
    allocation_method
""",
    "The chargeback statement",
)
QUESTIONS = (FOCUS, CHARGEBACK)
