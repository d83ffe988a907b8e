/** Which checkpoints are kept, and which of them predict together (method.md §5). */
package org.mococxr.learning.selection;
