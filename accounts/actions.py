"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "user.create": "新建账号",
    "user.password_change": "修改密码",
    "two_step.turn_on": "启用双因素认证",
    "two_step.pass": "通过双因素认证",
    "two_step.renew_codes": "重新生成备用恢复码",
    "two_step.reset": "重置双因素认证",
    "appointment.create": "任命角色",
    "organisation.create": "登记单位",
}
