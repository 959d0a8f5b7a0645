import { Navigate } from "@tanstack/react-router";

/** The front page is the list of workflows. */
export function Home() {
  return <Navigate to="/workflows" replace />;
}
