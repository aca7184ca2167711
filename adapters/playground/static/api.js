// Talking to the server.

const token = document.querySelector("meta[name=token]")?.content ?? "";

export async function get(path, params = {}) {
  const answer = await fetch(`${path}?${new URLSearchParams(params)}`);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

// post sends one request. What goes wrong comes back as {error}.
export async function post(path, body, signal) {
  try {
    const answer = await fetch(path, {
      method: "POST", signal, body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-Token": token },
    });
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) return await answer.json();
    return { error: (await answer.text()).trim() };
  } catch (err) {
    return { error: err.name === "AbortError" ? "" : "offline", lost: true };
  }
}

// eventID names one thing the person did; sending it again keeps the name.
export function eventID() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}
