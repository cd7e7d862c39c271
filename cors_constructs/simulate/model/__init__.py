"""REST APIs as a template describes them, whoever wrote it: plain values that the gateway and the checker read.

Names are API Gateway's (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ApiGateway.html). A
value that the template does not decide is `Unresolved`. Everything is immutable.
"""

from cors_constructs.simulate.model.api import Api
from cors_constructs.simulate.model.integrations import Function, Integration
from cors_constructs.simulate.model.methods import Authorizer, Method, RequestModel
from cors_constructs.simulate.model.plans import ApiKey, MethodThrottle, Throttle, UsagePlan
from cors_constructs.simulate.model.responses import GatewayResponse, IntegrationResponse, MethodResponse
from cors_constructs.simulate.model.source import Source
from cors_constructs.simulate.model.stages import BasePath, Deployment, Gate, MethodSetting, Stage
from cors_constructs.simulate.model.template import Resources, Template

__all__ = [
    "Api",
    "ApiKey",
    "Authorizer",
    "BasePath",
    "Deployment",
    "Function",
    "Gate",
    "GatewayResponse",
    "Integration",
    "IntegrationResponse",
    "Method",
    "MethodResponse",
    "MethodSetting",
    "MethodThrottle",
    "RequestModel",
    "Resources",
    "Source",
    "Stage",
    "Template",
    "Throttle",
    "UsagePlan",
]
