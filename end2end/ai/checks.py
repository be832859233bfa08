"""What a check is: a function of the house and of the name of a model, which is that of the provider's kind. With
`-embedding-001` behind it, it is that of a model that makes vectors: Google's client asks models of other names for one
vector of everything."""

SCHEMA = {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}, "additionalProperties": False}
CHECKS = []


def check(of):
    CHECKS.append(of)
    return of
