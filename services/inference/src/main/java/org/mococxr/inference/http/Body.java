package org.mococxr.inference.http;

import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mococxr.inference.protocol.Failure;
import org.mococxr.inference.protocol.RefusedException;

/**
 * A request's whole body in memory. Whoever {@linkplain #take takes} it closes it when the work is
 * done, not when the client has gone: until then its memory is in use.
 */
public final class Body implements AutoCloseable {
  private static final String KEY = Body.class.getName();

  private final byte[] bytes;
  private final int length;
  private final long most;
  private final Admission.Share share;
  private final AtomicBoolean taken = new AtomicBoolean();

  /**
   * @param most bytes that it may have without its compression
   */
  Body(byte[] bytes, int length, long most, Admission.Share share) {
    this.bytes = bytes;
    this.length = length;
    this.most = most;
    this.share = share;
  }

  /**
   * The body of the request, which now belongs to the caller. Waits for a body that is still
   * arriving, not longer than slow senders are let.
   */
  public static Body take(RoutingContext context) {
    CompletableFuture<Body> pending = context.get(KEY);
    if (pending == null) {
      throw new IllegalStateException("the request's body was not read");
    }
    try {
      Body body = pending.join();
      body.taken.set(true);
      return body;
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  void attach(RoutingContext context) {
    attachPending(context, share).complete(this);
  }

  /** What is to be completed with the body, or with why it is refused. */
  static CompletableFuture<Body> attachPending(RoutingContext context, Admission.Share share) {
    CompletableFuture<Body> pending = new CompletableFuture<>();
    context.put(KEY, pending);
    context.addEndHandler(
        end -> {
          pending.completeExceptionally(
              new RefusedException(Failure.INVALID, "the body ended before it was whole"));
          if (pending.isCompletedExceptionally() || !pending.join().taken.get()) {
            share.close();
          }
        });
    return pending;
  }

  /** The bytes, of which only the first {@link #length} are the body; shared, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Length in bytes. */
  public int length() {
    return length;
  }

  /**
   * The body without its compression.
   *
   * @param encoding as in {@code Content-Encoding}; null for none
   */
  public ByteBuffer inflated(String encoding) {
    return inflated(0, encoding);
  }

  /** The same of what begins at {@code offset}. */
  public ByteBuffer inflated(int offset, String encoding) {
    return Inflation.of(bytes, offset, length - offset, encoding, most);
  }

  @Override
  public void close() {
    share.close();
  }
}
