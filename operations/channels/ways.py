"""Every way a message can leave, by its name."""

from collections.abc import Mapping

from operations.channels import robots, smtp, webhook
from operations.channels.letters import Deliver

MAIL = "mail"
WAYS: Mapping[str, Deliver] = {
    MAIL: smtp.deliver,
    "webhook": webhook.deliver,
    "wecom": robots.deliver_wecom,
    "dingtalk": robots.deliver_dingtalk,
    "feishu": robots.deliver_feishu,
}
KINDS = tuple(way for way in WAYS if way != MAIL)
"""The ways that need a channel of their own; mail goes to people's addresses."""
