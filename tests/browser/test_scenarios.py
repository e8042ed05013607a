"""What-ifs and scenarios in a real browser: by keyboard, without scripts, and by address."""

import pytest

from tests.browser.looking import SCREENS, faults_in, faults_of, new_page, tip_of, watch

pytestmark = pytest.mark.browser

ENTITY = "entity-list-deepseek-2026"
BOTH = f"/what-if?make=chip_access:-1.5&learn={ENTITY}:yes"
PATHS = [
    "/scenarios",
    "/scenarios/us-bans-and-chips-are-cut",
    "/scenarios/r2-keeps-its-promise",
    f"{BOTH}&target=deepseek-v5-release-date&together=coding-arena-parity-2028,lmarena-top-cn-2028",
    "/what-if?learn=h20-licence-by-2025-06-30:no",
]
CHIPS, V5 = "#slider-chip_access", "#moved-deepseek-v5-by-2028-01-31 .is-chance"


@SCREENS
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_the_screen_and_lacks_nothing(browser, address, path, language, scheme, width):
    assert faults_of(browser, address + path, language, scheme, width) == []


def test_arrow_keys_on_a_slider_move_every_forecast_that_hangs_on_it(browser, address):
    page = new_page(browser, "en", "light", 1280)
    told = watch(page)
    page.goto(f"{address}/what-if")
    before = page.locator(V5).inner_text()
    while page.evaluate("document.activeElement.id") != "slider-chip_access":
        page.keyboard.press("Tab")

    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.locator("#driver-chip_access.is-set").wait_for()
    page.wait_for_url("**make=chip_access*")

    assert page.evaluate("document.activeElement.id") == "slider-chip_access"
    assert page.locator("#set-chip_access").is_checked()
    assert int(page.locator(V5).inner_text().strip("%")) < int(before.strip("%"))
    assert told + faults_in(page, "light", 1280) == []
    page.close()


def test_what_is_learned_moves_the_other_sliders_along(browser, address):
    page = new_page(browser, "en", "light", 1280)
    page.goto(f"{address}/what-if")
    pressure = page.locator("#slider-regulatory_pressure_us")
    before = float(pressure.input_value())

    page.locator(f"#says-{ENTITY}").focus()
    page.keyboard.press("y")  # a list goes to what begins so
    page.wait_for_url(f"**learn={ENTITY}:yes*")

    assert float(pressure.input_value()) > before
    assert page.evaluate("document.activeElement.id") == f"says-{ENTITY}"
    assert "has a chance of" in page.locator("#told").inner_text()
    page.close()


def test_an_address_shows_another_reader_the_same(browser, address):
    page = new_page(browser, "en", "light", 1280)
    page.goto(f"{address}/what-if")
    page.locator(CHIPS).focus()
    page.keyboard.press("Home")
    page.wait_for_url("**make=chip_access:-3.0*")
    page.locator("#driver-chip_access.is-set").wait_for()
    rows = page.locator("#moved tbody").inner_text()
    url = page.url

    other = new_page(browser, "en", "dark", 390)
    other.goto(url)

    assert other.locator(CHIPS).input_value() == "-3"
    assert (
        other.locator("#moved tbody").text_content() == page.locator("#moved tbody").text_content()
    )
    assert "points" in rows
    page.close()
    other.close()


def test_a_switch_that_is_turned_off_lets_its_slider_go_back(browser, address):
    page = new_page(browser, "en", "light", 1280)
    page.goto(f"{address}/what-if")
    before = page.locator(CHIPS).input_value()
    page.locator(CHIPS).focus()
    page.keyboard.press("End")
    page.wait_for_url("**make=chip_access:3.0*")
    page.locator("#driver-chip_access.is-set").wait_for()

    page.locator("#set-chip_access").focus()
    page.keyboard.press("Space")
    page.locator("#driver-chip_access:not(.is-set)").wait_for()

    assert page.locator(CHIPS).input_value() == before
    page.close()


@pytest.mark.parametrize(("width", "size"), [(1280, "wide"), (390, "narrow")])
def test_the_chart_of_a_scenario_comes_alive_under_the_pointer(browser, address, width, size):
    page = new_page(browser, "en", "dark", width)
    told = watch(page)
    page.goto(f"{address}/scenarios/us-bans-and-chips-are-cut")
    tip = tip_of(page, f"#history .{size}")

    assert "%" in tip and "undefined" not in tip
    assert told + faults_in(page, "dark", width) == []
    page.close()


def test_the_same_is_done_without_scripts(browser, address):
    page = new_page(browser, "en", "light", 390, java_script_enabled=False)
    page.goto(f"{address}/what-if")
    before = page.locator(V5).text_content()
    page.locator("#set-chip_access").focus()
    page.keyboard.press("Space")
    page.locator(CHIPS).focus()
    page.keyboard.press("Home")
    page.locator(f"#says-{ENTITY}").select_option("yes")

    page.locator("#suppose button[type=submit]").press("Enter")

    assert f"make=chip_access:-3.0&learn={ENTITY}:yes" in page.url
    assert page.locator(V5).text_content() != before
    assert "Once it is made so" in page.locator("#told").text_content()
    page.close()
