"""Shapes of Kalshi's records (v2): events, markets, and candles; decimals are texts there."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator

from data.importers.shapes import DecimalText, IsoTime, Seconds, Shape


def _only_text(value: object) -> object:
    """Refuse a number where Kalshi writes a decimal as text: whole cents were such numbers once."""
    if not isinstance(value, str):
        raise ValueError("give a decimal as text")  # noqa: TRY004  # Pydantic takes no TypeError
    return value


Dollars = Annotated[DecimalText, BeforeValidator(_only_text)]


class KalshiMarket(Shape):
    """A contract that pays a dollar."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "no_sub_title", "subtitle", "latest_expiration_time", "expected_expiration_time",
            "expiration_time", "settlement_timer_seconds", "yes_bid_size_fp", "yes_ask_size_fp",
            "no_bid_dollars", "no_ask_dollars", "previous_yes_bid_dollars",
            "previous_yes_ask_dollars", "previous_price_dollars", "volume_24h_fp",
            "notional_value_dollars", "expiration_value", "can_close_early",
            "fractional_trading_enabled", "early_close_condition", "occurrence_datetime",
            "custom_strike", "price_level_structure", "price_ranges", "is_provisional",
            "response_price_units", "tick_size", "mve_collection_ticker", "mve_selected_legs",
        }
    )  # fmt: skip
    values: ClassVar[dict[str, frozenset[str]]] = {
        "market_type": frozenset({"binary", "scalar"}),
        "status": frozenset(
            {
                "initialized", "inactive", "active", "closed", "determined", "disputed", "amended",
                "finalized",
            }
        ),
        "result": frozenset({"yes", "no", "scalar", ""}),
        "strike_type": frozenset(
            {
                "greater", "greater_or_equal", "less", "less_or_equal", "between", "functional",
                "custom", "structured",
            }
        ),
    }  # fmt: skip

    ticker: str
    event_ticker: str
    market_type: str
    yes_sub_title: str
    open_time: IsoTime
    close_time: IsoTime
    status: str
    yes_bid_dollars: Dollars
    yes_ask_dollars: Dollars
    last_price_dollars: Dollars
    volume_fp: Dollars
    result: str
    rules_primary: str
    rules_secondary: str
    title: str | None = None
    created_time: IsoTime | None = None
    updated_time: IsoTime | None = None
    open_interest_fp: Dollars | None = None
    liquidity_dollars: Dollars | None = None
    settlement_value_dollars: Dollars | None = None
    settlement_ts: IsoTime | None = None
    strike_type: str | None = None
    floor_strike: float | None = None
    cap_strike: float | None = None


class KalshiEvent(Shape):
    """An event: the question that its markets share."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            "collateral_return_type", "strike_date", "strike_period", "available_on_brokers",
            "product_metadata", "markets", "last_updated_ts", "category", "settlement_sources",
        }
    )  # fmt: skip

    event_ticker: str
    series_ticker: str
    title: str
    sub_title: str
    mutually_exclusive: bool


class KalshiPrices(Shape):
    """Prices of a period: each null where there was none."""

    unread: ClassVar[frozenset[str]] = frozenset(
        {
            f"{name}{suffix}"
            for name in ("open", "low", "high", "mean", "min", "max")
            for suffix in ("", "_dollars")
        }
    )

    close_dollars: Dollars | None = None
    close: Dollars | None = None  # so it is called where markets were settled long ago
    previous_dollars: Dollars | None = None
    previous: Dollars | None = None


class KalshiCandle(Shape):
    """A period of trading."""

    unread: ClassVar[frozenset[str]] = frozenset({"open_interest_fp", "open_interest"})

    end_period_ts: Seconds
    yes_bid: KalshiPrices
    yes_ask: KalshiPrices
    price: KalshiPrices
    volume_fp: Dollars | None = None
    volume: Dollars | None = None
