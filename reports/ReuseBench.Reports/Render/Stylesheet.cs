

namespace ReuseBench.Reports.Render;

/// <summary>
/// Dark text on white, readable from phone to paper. Pictures shrink with the page, tables wrap their cells; one that is still too wide (on a
/// phone, say) scrolls by itself, the page never does.
/// </summary>
internal static class Stylesheet
{
    public const string Css = """
        html { color: #1a1a1a; background: #fff; font: 16px/1.5 "DejaVu Sans", Verdana, Arial, sans-serif; -webkit-text-size-adjust: 100%; }
        body { max-width: 1240px; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; }
        h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #ccc; padding-bottom: .2rem; }
        h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
        p, ul { max-width: 90ch; }
        header p { max-width: none; }
        li { margin: .35rem 0; }
        header p, nav { color: #444; }
        a { color: #0b5394; }
        figure { margin: 1.2rem 0 2rem; }
        figcaption, .caption { color: #444; font-size: .87rem; text-align: left; max-width: 100ch; }
        .caption { margin: 1.2rem 0 .3rem; }
        .wide { overflow-x: auto; }
        img { width: 100%; height: auto; }
        table { border-collapse: collapse; margin: 0 0 1.2rem; width: auto; max-width: 100%; font-size: .87rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid #ddd; overflow-wrap: normal; max-width: 60ch; }
        td { min-width: 5ch; }
        thead th { border-bottom: 2px solid #888; }
        @media print {
          html { font-size: 10pt; }
          nav { display: none; }
          body { max-width: none; padding: 0; }
          .wide { overflow: visible; }
          table { width: auto; max-width: 100%; }
          figure, tr { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
        }

        """;
}
