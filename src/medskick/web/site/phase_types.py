"""Where the page of a phase type is."""

from medskick.web.page_request import PageRequest


def phase_type_address(request: PageRequest, phase_type: str) -> str | None:
    """Return the address of the page of a phase type (IRI), as ``PageRequest.thing`` does for a thing."""
    return request.thing(phase_type)
