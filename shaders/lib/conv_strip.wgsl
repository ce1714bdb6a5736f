// What a thread of conv/direct.wgsl, which says how weights and pixels lie, and of conv/quads.wgsl does: $PIXELS pixels of group `o`
// of output channels, from (x0, y) on, $STEP apart. QUADS: the weights come from the four lanes of a quad, of which this is number
// `member`.
#for P 0 $PIXELS
  var sum$P = bias[o];
#endfor
  for (var chunk = 0u; chunk < $CHUNKSu; chunk++) {
    let left = params.firstX + x0 * $STRIDEXu + chunk * $($TAPS * $DILATIONX)u;
#for C 0 $COLUMNS
    let u$C = sourceX(left + $($C * $DILATIONX)u);
    let inside$C = u$C < params.sourceWidth;
#for S 0 $SOURCES
    let column$S_$C = select(0u, column$S(u$C), inside$C);
#endfor
#endfor
    for (var ky = 0u; ky < $KYu; ky++) {
      let v = sourceY(params.firstY + y * $STRIDEYu + ky * $DILATIONYu);
      if (v >= params.sourceHeight) {
        continue;
      }
#for S 0 $SOURCES
      let row_$S = row$S(v);
      for (var i = 0u; i < groups$S; i++) {
        let at = row_$S + i;
#for C 0 $COLUMNS
        let v$C = select(vec4f(0.0), load$S(at + column$S_$C), inside$C);
#endfor
        let w = ((ky * $GROUPSu + first$S + i) * $KXu + chunk * $TAPSu) * $(4 * $OUT4)u + o;
#for X 0 $TAPS
#if QUADS
        let part$X = vec4f(weights[w + $(4 * $X * $OUT4)u + member * $OUT4u]);
        let m$X = mat4x4f(
          quadBroadcast(part$X, 0u),
          quadBroadcast(part$X, 1u),
          quadBroadcast(part$X, 2u),
          quadBroadcast(part$X, 3u),
        );
#else
        let m$X = mat4x4f(
          vec4f(weights[w + $(4 * $X * $OUT4)u]),
          vec4f(weights[w + $(4 * $X * $OUT4 + $OUT4)u]),
          vec4f(weights[w + $(4 * $X * $OUT4 + 2 * $OUT4)u]),
          vec4f(weights[w + $(4 * $X * $OUT4 + 3 * $OUT4)u]),
        );
#endif
#for P 0 $PIXELS
        sum$P += m$X * v$($P * $SPREAD + $X);
#endfor
#endfor
      }
#endfor
    }
  }
#for P 0 $PIXELS
  if (x0 + $($P * $STEP)u < params.width) {
    finish(sum$P, x0 + $($P * $STEP)u, y, o);
  }
#endfor
