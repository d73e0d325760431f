// The examples name the address this page came from.
for (const code of document.querySelectorAll("pre code")) {
  code.textContent = code.textContent.replaceAll("ORIGIN", location.origin);
}
