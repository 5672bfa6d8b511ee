"""The errors' messages: one sentence that names the input and the mend."""

import pytest

from antiphon import errors


def test_a_missing_extra_says_what_to_run() -> None:
    error = errors.MissingExtraError("Silero VAD", "silero")
    assert str(error) == "Silero VAD is not installed: run  pip install 'antiphon[silero]'"
    assert error.extra == "silero"


def test_a_provider_s_error_names_provider_status_and_request() -> None:
    error = errors.ProviderError("deepgram/nova-3", "refused", status=503, request_id="abc")
    assert str(error) == "deepgram/nova-3: refused, status 503, request abc"


def test_what_is_not_known_is_left_out() -> None:
    assert str(errors.ProviderError("espeak", "ended")) == "espeak: ended"


@pytest.mark.parametrize(
    ("kind", "retryable"),
    [
        (errors.ProviderConnectionError, True),
        (errors.ProviderTimeoutError, True),
        (errors.ProviderProtocolError, True),
        (errors.ProviderRateLimitError, True),
        (errors.WorkerDiedError, True),
        (errors.ProviderAuthError, False),
        (errors.ProviderRequestError, False),
    ],
)
def test_only_what_may_pass_is_worth_trying_again(kind: type[errors.ProviderError], retryable: bool) -> None:
    assert kind("vendor", "failed").retryable is retryable


@pytest.mark.parametrize("fault", [errors.UserError, errors.ProviderError, errors.PeerError])
def test_the_tree_is_split_by_whose_fault_it_is(fault: type[errors.AntiphonError]) -> None:
    others = {errors.UserError, errors.ProviderError, errors.PeerError} - {fault}
    assert issubclass(fault, errors.AntiphonError)
    assert not any(issubclass(fault, other) for other in others)
