// Runs once, when the head of the admin's page appears. In the chat's admin tab the page stands in a frame, which has a
// head already.

const english = navigator.language.startsWith("en");
element.closest("#admin").classList.toggle("framed", top !== self);
document.documentElement.lang = english ? "en" : "zh-CN";
if (english) document.title = "Wenbao · Admin";
