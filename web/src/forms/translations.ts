/** What form-js says to who fills in a form, in Chinese; English is its own. */
const ZH: Record<string, string> = {
  'Field is required.': '此项为必填项',
  'Field must match pattern {value}.': '格式不正确',
  'Field must have minimum value of {value}.': '不能小于 {value}',
  'Field must have maximum value of {value}.': '不能大于 {value}',
  'Field must have minimum length of {value}.': '至少 {value} 个字',
  'Field must have maximum length of {value}.': '最多 {value} 个字',
  'Field must be a valid international phone number. (e.g. +4930664040900)': '请输入国际格式电话号码（如 +8613800000000）',
  'Field must be a valid email.': '请输入有效的邮箱',
  'Value is not a number.': '请输入数字',
  'Value is expected to be an integer.': '请输入整数',
  'Value is expected to have at most 1 decimal digit.': '最多 1 位小数',
  'Value is expected to have at most {value} decimal digits.': '最多 {value} 位小数',
  'Please select a valid value, the two nearest valid values are {previousValue} and {nextValue}.':
    '无效的值，最接近的是 {previousValue} 和 {nextValue}',
  'Date and time must both be entered.': '日期和时间都要填写',
  Search: '搜索',
  'No results': '无结果',
  'All values selected': '已全部选中',
  'Skip to search': '跳到搜索',
  'Remove tag': '移除标签',
  'Nothing to show.': '暂无数据',
  '{page} of {total}': '第 {page} / {total} 页',
  'Previous page': '上一页',
  'Next page': '下一页',
  'No files selected': '未选择文件',
  '{value} files selected': '已选择 {value} 个文件',
  'Add new': '新增',
  Collapse: '收起',
  'Expand all ({value})': '展开全部 ({value})',
  Increment: '增加',
  Decrement: '减少',
  Select: '请选择',
  Browse: '选择文件',
  'Clear selection': '清除',
};

/** form-js's own way to be given another `translate`. */
export function translating(isChinese: boolean) {
  const translate = (text: string, values: Record<string, unknown> = {}) =>
    ((isChinese ? ZH[text] : undefined) ?? text).replace(/{([^}]+)}/g, (_, name: string) => String(values[name] ?? name));
  return { translate: ['value', translate] };
}
