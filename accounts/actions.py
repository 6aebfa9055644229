"""The words for this room's actions in the audit trail."""

ACTIONS = {
    "user.create": "新建账号",
    "user.password_change": "修改密码",
    "two_step.turn_on": "启用双因素认证",
    "two_step.pass": "通过双因素认证",
    "two_step.renew_codes": "重新生成备用恢复码",
    "two_step.reset": "重置双因素认证",
    "appointment.create": "任命角色",
    "appointment.end": "结束任职",
    "user.change": "修改账号资料",
    "user.close": "停用账号",
    "user.reopen": "恢复账号",
    "user.password_link": "发放密码链接",
    "session.end": "退出登录",
    "organisation.create": "登记单位",
    "organisation.change": "变更单位信息",
    "organisation.close": "停用单位",
    "organisation.reopen": "恢复单位",
    "appointment.first_admin": "任命单位首任管理员",
    "appointment.move": "任职转入合并后的单位",
    "user.release": "注销未通过核对的注册账号",
}
FIELDS = {
    "by": "验证方式",
    "user": "账号",
    "region": "地区",
    "organisation": "单位",
    "from_organisation": "原单位",
    "merged_into": "并入单位",
    "fields": "修改项",
    "count": "数量",
}
