using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Tables;
using ScottPlot;

namespace ReuseBench.Reports.Charts;

/// <summary>
/// Colour, marker and line of a series: the same in every chart, and never told apart by colour alone. The colours are those of
/// Okabe and Ito, "Color Universal Design" (jfly.uni-koeln.de/color), which the common kinds of colour blindness keep apart.
/// </summary>
public sealed record SeriesStyle(Color Color, MarkerShape Filled, MarkerShape Open, LinePattern Line)
{
    public static Color Ink { get; } = Color.FromHex("#222222");

    public static Color Faint { get; } = Color.FromHex("#767676");

    private static readonly Color Black = Color.FromHex("#000000");
    private static readonly Color Orange = Color.FromHex("#e69f00");
    private static readonly Color SkyBlue = Color.FromHex("#56b4e9");
    private static readonly Color BluishGreen = Color.FromHex("#009e73");
    private static readonly Color Blue = Color.FromHex("#0072b2");
    private static readonly Color Vermillion = Color.FromHex("#d55e00");
    private static readonly Color ReddishPurple = Color.FromHex("#cc79a7");

    public static SeriesStyle Of(Series series)
    {
        SeriesStyle style = Base(series);
        return series.Processes > 1 || series.Reuseaddr.Length > 0 ? style with { Line = LinePattern.Dashed, Color = style.Color.Darken(0.35) } : style;
    }

    private static SeriesStyle Base(Series series) => (series.Variant, series.Accept, series.Selector) switch
    {
        (var v, _, _) when v == Series.Single => Circle(Blue, LinePattern.Solid),
        (var v, var a, _) when v == Series.Shared && a == Names.Of(AcceptMode.Blocking) => Square(Orange, LinePattern.DenselyDashed),
        (var v, var a, _) when v == Series.Shared && a == Names.Of(AcceptMode.EpollExclusive) => Diamond(ReddishPurple, LinePattern.Dotted),
        (var v, _, _) when v == Series.Shared => TriangleDown(Vermillion, LinePattern.Dashed),
        (var v, _, "") when v == Series.Reuseport => TriangleUp(BluishGreen, LinePattern.Solid),
        (var v, _, var s) when v == Series.Reuseport => Selected(s),
        (var v, _, _) when v == Series.Restart => Diamond(SkyBlue, LinePattern.Solid),
        _ => Square(Black, LinePattern.Solid),
    };

    private static SeriesStyle Selected(string selector) => Names.TryParse(selector, out Selector known) ? known switch
    {
        Selector.CbpfCpu => Square(SkyBlue, LinePattern.Solid),
        Selector.CbpfRandom => Circle(ReddishPurple, LinePattern.Dashed),
        Selector.IncomingCpu => TriangleDown(Black, LinePattern.Dotted),
        Selector.EbpfWeight => Diamond(Orange, LinePattern.Solid),
        Selector.EbpfTurns => Circle(Vermillion, LinePattern.DenselyDashed),
        _ => TriangleUp(BluishGreen, LinePattern.Solid),
    }
    : Square(Black, LinePattern.Dotted);

    private static SeriesStyle Circle(Color color, LinePattern line) => new(color, MarkerShape.FilledCircle, MarkerShape.OpenCircle, line);

    private static SeriesStyle Square(Color color, LinePattern line) => new(color, MarkerShape.FilledSquare, MarkerShape.OpenSquare, line);

    private static SeriesStyle Diamond(Color color, LinePattern line) => new(color, MarkerShape.FilledDiamond, MarkerShape.OpenDiamond, line);

    private static SeriesStyle TriangleUp(Color color, LinePattern line) => new(color, MarkerShape.FilledTriangleUp, MarkerShape.OpenTriangleUp, line);

    private static SeriesStyle TriangleDown(Color color, LinePattern line) => new(color, MarkerShape.FilledTriangleDown, MarkerShape.OpenTriangleDown, line);
}
