package org.mococxr.inference.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.mococxr.inference.protocol.Failure;
import org.mococxr.inference.protocol.RefusedException;

/**
 * A body while it arrives. It is read on the event loop as its parts come, so that a slow sender
 * holds no thread. Used on that event loop only, but for {@link #tooSlow} and {@link #ended}.
 */
final class BodyReading {
  private static final int FIRST = 8 << 10;

  /** A gRPC message begins with a flag and its length in four bytes. */
  private static final int GRPC_PREFIX = 5;

  private final HttpServerRequest request;
  private final Admission.Share share;
  private final long most;
  private final boolean grpc;
  private final IntConsumer arrived;
  private final BiConsumer<byte[], Integer> whole;
  private final Consumer<RefusedException> refused;
  private final long begin = System.nanoTime();
  private byte[] bytes = new byte[0];
  private volatile int length;
  private volatile boolean ended;
  private long complete = Long.MAX_VALUE;

  /**
   * @param most bytes that are taken
   * @param grpc whether the body is a gRPC message, which tells its length itself
   * @param arrived gets the length of each part, also of a body that is not read to its end
   * @param whole gets the array and the body's length in it
   * @param refused receives once the reason why the body is not read to its end
   */
  BodyReading(
      HttpServerRequest request,
      Admission.Share share,
      long most,
      boolean grpc,
      IntConsumer arrived,
      BiConsumer<byte[], Integer> whole,
      Consumer<RefusedException> refused) {
    this.request = request;
    this.share = share;
    this.most = most;
    this.grpc = grpc;
    this.arrived = arrived;
    this.whole = whole;
    this.refused = refused;
  }

  /**
   * @param declared the body's length as its header says; negative when it does not
   */
  void start(long declared) {
    if (!reserve(Math.max(declared, 0))) {
      return;
    }
    request.exceptionHandler(e -> abandon());
    request.endHandler(end -> finish());
    request.handler(this::accept);
    request.resume();
  }

  /**
   * Makes the body whole with its last declared byte and not with the end of the stream, after
   * which a request of HTTP/2 can be handed on no more.
   */
  void startWithoutEnd(long declared) {
    complete = declared;
    start(declared);
  }

  private void accept(Buffer part) {
    arrived.accept(part.length());
    if (ended || !reserve((long) length + part.length())) {
      return;
    }
    part.getBytes(bytes, length);
    length += part.length();
    if (length >= complete) {
      finish();
    } else if (grpc && length >= GRPC_PREFIX) {
      long message = Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt(1));
      reserve(Math.max(length, message + GRPC_PREFIX));
    }
  }

  /** Makes room for {@code total} bytes; refuses the body when there is none. */
  private boolean reserve(long total) {
    if (total > most) {
      refuse(Failure.TOO_LARGE, "the body has more than " + most + " bytes (limits.body)");
      return false;
    }
    if (total <= bytes.length) {
      return true;
    }
    // An unknown length doubles, so that the copies stay in proportion to the body.
    long size = Math.max(total, Math.min(most, Math.max(FIRST, 2L * bytes.length)));
    if (!share.grow(size)) {
      size = total;
      if (!share.grow(size)) {
        refuse(Failure.BUSY, "the bodies of other requests fill the memory that there is for them");
        return false;
      }
    }
    bytes = Arrays.copyOf(bytes, (int) size);
    return true;
  }

  private void finish() {
    if (!ended) {
      ended = true;
      whole.accept(bytes, length);
    }
  }

  private void refuse(Failure failure, String message) {
    if (!ended) {
      ended = true;
      share.close();
      bytes = new byte[0];
      refused.accept(new RefusedException(failure, message));
    }
  }

  private void abandon() {
    if (!ended) {
      ended = true;
      share.close();
      bytes = new byte[0];
    }
  }

  /** Whether less has come than {@code bytesPerSecond} allows for after the first seconds. */
  boolean tooSlow(long now, long graceNanos, long bytesPerSecond) {
    double counted = (now - begin - graceNanos) / 1e9;
    return counted > 0 && length < counted * bytesPerSecond;
  }

  /** Ends the reading of a slow body. */
  void cut() {
    refuse(Failure.SLOW, "the body came too slowly: " + length + " bytes so far");
  }

  /** Whether nothing more is read: all is there, or it was refused, or the sender has gone. */
  boolean ended() {
    return ended;
  }
}
