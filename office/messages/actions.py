"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "messages.email_wish": "更改邮件接收设置",
    "phone_code.send": "发送手机验证码",
    "phone_code.confirm": "核对手机验证码",
}
FIELDS = {
    "purpose": "用途",
}
