package org.mococxr.imaging.codec;

import com.github.jaiimageio.jpeg2000.impl.IISRandomAccessIO;
import com.github.jaiimageio.jpeg2000.impl.J2KImageReadParamJava;
import java.awt.Point;
import java.io.IOException;
import javax.imageio.stream.ImageInputStream;
import jj2000.j2k.codestream.HeaderInfo;
import jj2000.j2k.codestream.reader.BitstreamReaderAgent;
import jj2000.j2k.codestream.reader.HeaderDecoder;
import jj2000.j2k.decoder.DecoderSpecs;
import jj2000.j2k.entropy.decoder.EntropyDecoder;
import jj2000.j2k.image.DataBlk;
import jj2000.j2k.image.DataBlkFloat;
import jj2000.j2k.image.DataBlkInt;
import jj2000.j2k.quantization.dequantizer.Dequantizer;
import jj2000.j2k.roi.ROIDeScaler;
import jj2000.j2k.wavelet.synthesis.InverseWT;

/**
 * JJ2000's decoding steps put together for one component, without its ImageIO reader: that makes
 * pictures for display, we want samples.
 */
final class Jpeg2000Pipeline {
  private final Jpeg2000Reader.Header header;
  private final BitstreamReaderAgent packets;
  private final Dequantizer coefficients;
  private final InverseWT samples;

  Jpeg2000Pipeline(ImageInputStream stream, Jpeg2000Reader.Header header) throws IOException {
    this.header = header;
    IISRandomAccessIO in = new IISRandomAccessIO(stream);
    J2KImageReadParamJava options = new J2KImageReadParamJava();
    HeaderInfo info = new HeaderInfo();
    HeaderDecoder decoder = new HeaderDecoder(in, options, info);
    DecoderSpecs specs = decoder.getDecoderSpecs();
    packets = BitstreamReaderAgent.createInstance(in, decoder, options, specs, false, info);
    EntropyDecoder entropy = decoder.createEntropyDecoder(packets, options);
    ROIDeScaler regions = decoder.createROIDeScaler(entropy, options, specs);
    coefficients = decoder.createDequantizer(regions, new int[] {header.bits()}, specs);
    samples = InverseWT.createInstance(coefficients, specs);
    samples.setImgResLevel(packets.getImgRes());
  }

  int[] read() {
    int[] out = new int[header.width() * header.height()];
    Point tiles = samples.getNumTiles(null);
    for (int y = 0; y < tiles.y; y++) {
      for (int x = 0; x < tiles.x; x++) {
        samples.setTile(x, y);
        Wavelet97.install(coefficients.getSynSubbandTree(samples.getTileIdx(), 0));
        readTile(x * packets.getNomTileWidth(), y * packets.getNomTileHeight(), out);
      }
    }
    return out;
  }

  private void readTile(int left, int top, int[] out) {
    int tile = samples.getTileIdx();
    int width = samples.getTileCompWidth(tile, 0);
    int height = samples.getTileCompHeight(tile, 0);
    DataBlk block = samples.getInternCompData(new DataBlkInt(0, 0, width, height), 0);
    int shift = header.signed() ? 0 : 1 << (header.bits() - 1);
    int least = header.signed() ? -(1 << (header.bits() - 1)) : 0;
    int most = least + (1 << header.bits()) - 1;
    for (int y = 0; y < height; y++) {
      int from = block.offset + y * block.scanw;
      int to = (top + y) * header.width() + left;
      for (int x = 0; x < width; x++) {
        int value =
            block instanceof DataBlkFloat reals
                ? (int) Math.rint(reals.getDataFloat()[from + x])
                : ((DataBlkInt) block).getDataInt()[from + x];
        out[to + x] = Math.max(least, Math.min(most, value + shift));
      }
    }
  }
}
