package org.mococxr.evaluation.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * Writes HTML and SVG; escapes every text and attribute, so that no name in a dataset can become
 * markup. Only {@link #trusted} passes text through: for this library's own style and script.
 */
final class Markup {
  /** HTML's elements without content, and SVG's that are written so here. */
  private static final Set<String> EMPTY = Set.of("meta", "img", "br", "hr", "link");

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Starts an element.
   *
   * @param attributes names and values in turn; an attribute with a null value is left out
   */
  Markup start(String tag, String... attributes) {
    tag(tag, attributes);
    out.append('>');
    open.push(tag);
    return this;
  }

  /** An element without content. */
  Markup leaf(String tag, String... attributes) {
    tag(tag, attributes);
    out.append(EMPTY.contains(tag) ? ">" : "/>");
    return this;
  }

  /** Ends the element that was started last. */
  Markup end() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  Markup text(String text) {
    escape(text, out);
    return this;
  }

  /** An element with text in it. */
  Markup element(String tag, String text, String... attributes) {
    return start(tag, attributes).text(text).end();
  }

  /** Cells of a table's head. */
  Markup heads(String... names) {
    for (String name : names) {
      element("th", name, "scope", "col");
    }
    return this;
  }

  Markup line() {
    out.append('\n');
    return this;
  }

  /** Text that is markup: only ever this library's own. */
  Markup trusted(String markup) {
    out.append(markup);
    return this;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not ended: " + open);
    }
    return out.toString();
  }

  private void tag(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i + 1] != null) {
        out.append(' ').append(attributes[i]).append("=\"");
        escape(attributes[i + 1], out);
        out.append('"');
      }
    }
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        // Control characters are not allowed in HTML or XML at all.
        default -> out.append(c < ' ' && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
  }
}
