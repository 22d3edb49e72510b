// A button that shows the password, and hides it again.
export function reveal(holder) {
  const input = holder.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-label", shown ? "Hide password" : "Show password");
  };
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false));
  show(false);
  holder.append(button);
}
