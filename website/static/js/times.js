// The server writes times in UTC; here they become the reader's own.
const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const year = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short" });

export function times(element) {
  const moment = new Date(element.dateTime);
  const now = new Date();
  const today = moment.toDateString() === now.toDateString();
  const shown = today ? time : moment.getFullYear() === now.getFullYear() ? day : year;
  element.textContent = shown.format(moment);
  element.title = whole.format(moment);
}
