import type { AnchorHTMLAttributes } from "react";
import Renderer, { type Components } from "react-markdown";

const LINKS = /^(https?:|mailto:)/i;

/** Links lead to web pages and mail addresses; what else a text calls a link is text. */
function Anchor({ href, children }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  return href && LINKS.test(href) ? (
    <a className="nodrag nopan" href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ) : (
    <span>{children}</span>
  );
}

const PARTS: Components = {
  a: ({ href, children }) => <Anchor href={href}>{children}</Anchor>,
  // A picture from elsewhere would tell that somewhere who reads this.
  img: ({ alt }) => <span>{alt}</span>,
};

/** Markdown of people; HTML in it is shown as the text that it is. */
export default function Markdown({ text }: { readonly text: string }) {
  return (
    <Renderer components={PARTS} skipHtml={false}>
      {text}
    </Renderer>
  );
}
