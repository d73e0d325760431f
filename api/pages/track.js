// A customer's own page: where the request stands, what is asked of him, what he can do. Data is only ever set as text.
"use strict";

const TEXTS = {
  zh: {
    title: "您的需求办理到哪一步了", number: "编号", type: "类型", state: "状态", stage: "当前环节", outcome: "结果",
    received: "提交时间", said: "您的描述", promises: "我们承诺的时间", due: "最迟", kept: "已于以下时间兑现", late: "已超时,我们正在督办",
    messages: "我们发给您的消息", todo: "您可以", progress: "催问进度", supplement: "补充说明", withdraw: "撤回需求", send: "发送",
    confirmTitle: "请确认处理结果", confirmed: "已解决,确认", rejected: "仍未解决", reason: "请说明哪里还没有解决", until: "请在此前答复",
    surveyTitle: "请评价我们的服务(1 最低,5 最高)", quality: "质量", efficiency: "效率", communication: "沟通", overall: "总体",
    contact: "请与我联系", comment: "您的意见(可不填)", done: "已收到,谢谢。", sure: "确定要撤回这项需求吗?撤回后不再处理。",
    offerTitle: "补偿方案:请答复是否接受", accept: "接受", refuse: "不接受", refuseReason: "不接受的原因", consentTitle: "请告知是否同意", agree: "同意",
    disagree: "不同意", remarks: "说明(可不填)", statementTitle: "请陈述事情经过", statementHint: "您的陈述;不愿陈述的,请说明原因", decline: "不作陈述",
    escalate: "要求上级处理",
    unknown: "此链接无效或已过期。", failed: "暂时无法处理,请稍后再试。", other: "English", otherCode: "en",
  },
  en: {
    title: "Where your request stands", number: "Number", type: "Type", state: "State", stage: "Now at", outcome: "Outcome",
    received: "Submitted", said: "What you wrote", promises: "What we promised", due: "by", kept: "kept on", late: "late; we are following it up",
    messages: "What we told you", todo: "What you can do", progress: "Ask for progress", supplement: "Add something", withdraw: "Withdraw the request", send: "Send",
    confirmTitle: "Please confirm the result", confirmed: "Solved, I confirm", rejected: "Still not solved", reason: "What is not solved yet?", until: "please answer by",
    surveyTitle: "Please rate our service (1 lowest, 5 highest)", quality: "Quality", efficiency: "Speed", communication: "Communication", overall: "Overall",
    contact: "Please contact me", comment: "Your comment (optional)", done: "Received, thank you.", sure: "Withdraw this request? Nobody will work on it any more.",
    offerTitle: "Our offer: do you accept?", accept: "I accept", refuse: "I do not accept", refuseReason: "Why not?", consentTitle: "Do you agree?",
    agree: "I agree", disagree: "I do not agree", remarks: "Remarks (optional)", statementTitle: "Please tell us what happened",
    statementHint: "Your statement; if you decline, please say why", decline: "I decline", escalate: "Ask for a higher level",
    unknown: "This link is unknown or has expired.", failed: "This does not work right now; please try again later.", other: "中文", otherCode: "zh-CN",
  },
};
const link = "/api/tracking/" + encodeURIComponent(location.pathname.split("/").pop());
let language = (navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en";
let shown = null;

const text = (key) => TEXTS[language][key];
const word = (wording) => (wording ? wording[language] : "");
const moment = (iso) => new Date(iso).toLocaleString(language === "zh" ? "zh-CN" : "en", { dateStyle: "medium", timeStyle: "short" });
const byId = (id) => document.getElementById(id);

function element(name, content, ...children) {
  const made = document.createElement(name);
  if (content) made.textContent = content;
  made.append(...children);
  return made;
}

function say(key, detail) {
  byId("notice").textContent = detail || text(key);
  byId("notice").hidden = false;
}

async function act(action, body) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language === "zh" ? "zh-CN" : "en" };
  const answer = await fetch(`${link}/${action}`, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
  if (answer && answer.ok) say("done");
  else say("failed", answer && (await answer.json().catch(() => ({}))).title);
  await load();
}

function button(key, run, className) {
  const made = element("button", text(key));
  if (className) made.className = className;
  made.type = "button";
  made.addEventListener("click", run);
  return made;
}

function labelled(key, field) {
  return element("label", text(key) + " ", field);
}

function area(key) {
  const field = element("textarea");
  field.rows = 3;
  field.maxLength = 10000;
  return [labelled(key, field), field];
}

function facts(found) {
  const rows = [
    ["number", found.case_number], ["type", word(found.request_type)], ["state", word(found.state)], ["stage", word(found.stage)],
    ["outcome", word(found.outcome)], ["received", moment(found.received_at)], ["said", [found.subject, found.description].filter(Boolean).join("\n")],
  ];
  const table = element("table");
  for (const [key, value] of rows) {
    if (!value) continue;
    const heading = element("th", text(key));
    heading.scope = "row";
    table.append(element("tr", "", heading, element("td", value)));
  }
  return table;
}

function promises(found) {
  const items = found.promises.map((one) => element("li", [
    one["name_" + language], text("due"), moment(one.due_at), one.kept_at ? `· ${text("kept")} ${moment(one.kept_at)}` : "",
    one.is_late && !one.kept_at ? `· ${text("late")}` : "",
  ].filter(Boolean).join(" ")));
  return items.length ? [element("h2", text("promises")), element("ul", "", ...items)] : [];
}

function confirmation(asked) {
  const [label, reason] = area("reason");
  const until = asked.due_at ? element("p", `${text("until")} ${moment(asked.due_at)}`) : "";
  return [
    element("h2", text("confirmTitle")), until, button("confirmed", () => act("confirmation", { is_confirmed: true })), label,
    button("rejected", () => act("confirmation", { is_confirmed: false, reason: reason.value }), "quiet"),
  ];
}

const ANSWERS = {
  offer: { title: "offerTitle", yes: "accept", no: "refuse", hint: "refuseReason", send: (yes, said) => ["offer", { is_accepted: yes, reason: said }] },
  consent: { title: "consentTitle", yes: "agree", no: "disagree", hint: "remarks", send: (yes, said) => ["consent", { is_agreed: yes, note: said }] },
  statement: {
    title: "statementTitle", yes: "send", no: "decline", hint: "statementHint",
    send: (yes, said) => ["statement", yes ? { text: said } : { refusal_reason: said }],
  },
};

function yesOrNo(asked) {
  const kind = ANSWERS[asked.kind];
  const [label, field] = area(kind.hint);
  const until = asked.due_at ? element("p", `${text("until")} ${moment(asked.due_at)}`) : "";
  const send = (yes) => () => act(...kind.send(yes, field.value.trim() || null));
  return [element("h2", text(kind.title)), until, label, button(kind.yes, send(true)), button(kind.no, send(false), "quiet")];
}

function survey() {
  const choices = ["quality", "efficiency", "communication", "overall"].map((key) => {
    const choice = element("select", "", ...[5, 4, 3, 2, 1].map((score) => element("option", String(score))));
    return [key, choice];
  });
  const contact = element("input");
  contact.type = "checkbox";
  const [label, comment] = area("comment");
  const send = () => act("survey", {
    ...Object.fromEntries(choices.map(([key, choice]) => [key, Number(choice.value)])),
    contact_me: contact.checked, comment: comment.value.trim() || null,
  });
  return [
    element("h2", text("surveyTitle")), ...choices.map(([key, choice]) => labelled(key, choice)), labelled("contact", contact), label,
    button("send", send),
  ];
}

function actions(found) {
  if (!found.may_withdraw) return [];
  const [label, supplement] = area("supplement");
  return [
    element("h2", text("todo")), button("progress", () => act("progress-query", {})), label,
    button("send", () => act("supplement", { text: supplement.value })),
    found.may_escalate ? button("escalate", () => act("escalation", {}), "quiet") : "",
    element("p", "", button("withdraw", () => confirm(text("sure")) && act("withdrawal", {}), "quiet")),
  ];
}

function messages(found) {
  const items = [...found.messages].reverse().map((one) => {
    const box = element("details", "", element("summary", `${moment(one.at)} ${one.subject}`), element("p", one.body));
    return box;
  });
  return items.length ? [element("h2", text("messages")), ...items] : [];
}

function draw() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = text("title");
  byId("title").textContent = text("title");
  byId("language").textContent = text("other");
  byId("language").lang = text("otherCode");
  if (!shown) return;
  const asked = shown.asked.flatMap((one) => {
    if (one.kind === "confirmation") return confirmation(one);
    return one.kind === "survey" ? survey() : yesOrNo(one);
  });
  byId("case").replaceChildren(...asked, facts(shown), ...promises(shown), ...actions(shown), ...messages(shown));
}

async function load() {
  const answer = await fetch(link).catch(() => null);
  if (answer && answer.ok) shown = await answer.json();
  else say(answer && answer.status === 404 ? "unknown" : "failed");
  draw();
}

byId("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  byId("notice").hidden = true;
  draw();
});
draw();
load();
