// Draws the OpenAPI document as a list. Everything is set as text; nothing of the document is read as HTML.
"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function resolved(schema, components) {
  const name = schema && schema.$ref && schema.$ref.split("/").pop();
  return name ? { name, ...components.schemas[name] } : schema || {};
}

function typeOf(schema, components) {
  const found = resolved(schema, components);
  if (found.name) return found.name;
  if (found.enum) return found.enum.filter((one) => one !== null).join(" | ");
  const types = [].concat(found.type || "any").filter((one) => one !== "null").join(" | ");
  return types === "array" ? typeOf(found.items, components) + "[]" : types + (found.format ? ` (${found.format})` : "");
}

function table(rows) {
  const made = element("table");
  for (const [name, type, text] of rows) {
    const row = made.insertRow();
    const heading = element("th");
    heading.scope = "row";
    heading.append(element("code", name));
    row.append(heading);
    row.insertCell().textContent = type;
    row.insertCell().textContent = text || "";
  }
  return made;
}

function members(schema, components) {
  const found = resolved(schema, components);
  const of = found.type === "array" ? resolved(found.items, components) : found;
  const required = new Set(of.required || []);
  return Object.entries(of.properties || {}).map(([name, one]) => [
    name + (required.has(name) ? " *" : ""), typeOf(one, components), one.description,
  ]);
}

function operation(path, method, described, shared, components) {
  const box = element("details");
  const head = element("summary");
  const mark = described.security && !described.security.length ? " · 公开 public" : "";
  head.append(element("span", method.toUpperCase(), "method"), element("code", path), " " + (described.summary || "") + mark);
  box.append(head);
  if (described.description) box.append(element("p", described.description));
  const parameters = [...(shared || []), ...(described.parameters || [])];
  if (parameters.length) {
    box.append(table(parameters.map((one) => [
      one.name + (one.required ? " *" : ""), `${one.in}: ${typeOf(one.schema, components)}`, one.description,
    ])));
  }
  for (const [type, body] of Object.entries((described.requestBody || {}).content || {})) {
    box.append(element("h3", type), table(members(body.schema, components)));
  }
  for (const [status, answer] of Object.entries(described.responses || {})) {
    const content = Object.values(answer.content || {})[0];
    if (!/^2/.test(status)) continue;
    box.append(element("h3", `${status} ${answer.description || ""}`));
    if (content) box.append(table(members(content.schema, components)));
  }
  return box;
}

function draw(api) {
  const place = document.getElementById("operations");
  const texts = Object.fromEntries((api.tags || []).map((tag) => [tag.name, tag.description]));
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((one) => item[one])) {
      const tag = (item[method].tags || ["other"])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(path, method, item[method], item.parameters, api.components));
    }
  }
  for (const [tag, boxes] of groups) place.append(element("h2", texts[tag] || tag), ...boxes);
}

fetch("/api/openapi.json").then((answer) => answer.json()).then(draw).catch(() => {
  document.getElementById("operations").textContent = "无法读取 OpenAPI 文档。 The OpenAPI document cannot be read.";
});
