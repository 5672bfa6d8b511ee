from antiphon.core.times import NS_PER_MS, NS_PER_S


def test_a_second_is_a_thousand_milliseconds_of_a_million_nanoseconds() -> None:
    assert NS_PER_S == 1_000 * NS_PER_MS == 1_000_000_000
