using ReuseBench.Core.Cells;
using ReuseBench.Reports.Data;
using ScottPlot;

namespace ReuseBench.Reports.Drawing;

/// <summary>
/// Colour, marker and line of a series: the same in every chart, and never told apart by colour alone. The colours are those of
/// Okabe and Ito, "Color Universal Design" (jfly.uni-koeln.de/color), which the common kinds of colour blindness keep apart.
/// </summary>
public sealed record SeriesStyle(Color Color, MarkerShape Filled, MarkerShape Open, Dashes Line)
{
    /// <summary>As many as one panel shows beside each other; more get a panel each, with the others pale behind.</summary>
    public const int MostInOnePanel = 7;

    /// <summary>Of what stands behind the series of a panel, and of bands.</summary>
    public static Color Pale { get; } = Color.FromHex("#dddddd");

    public static Color Ink { get; } = Color.FromHex("#222222");

    public static Color Faint { get; } = Color.FromHex("#767676");

    private static readonly Color Black = Color.FromHex("#000000");
    internal static Color Orange { get; } = Color.FromHex("#e69f00");
    internal static Color SkyBlue { get; } = Color.FromHex("#56b4e9");
    internal static Color BluishGreen { get; } = Color.FromHex("#009e73");
    internal static Color Blue { get; } = Color.FromHex("#0072b2");
    internal static Color Vermillion { get; } = Color.FromHex("#d55e00");
    internal static Color ReddishPurple { get; } = Color.FromHex("#cc79a7");

    /// <summary>The other series, behind the one that a panel is about.</summary>
    internal static SeriesStyle Others { get; } = new(Pale, MarkerShape.None, MarkerShape.None, Dashes.Solid);

    public static SeriesStyle Of(Series series)
    {
        SeriesStyle style = series.Program is null ? Base(series) : OfProgram(series.Label);
        return series.Processes > 1 || series.ReuseAddr is not null ? style with { Line = Dashes.Long, Color = style.Color.Darken(0.35) } : style;
    }

    private static SeriesStyle Base(Series series) => series.Variant switch
    {
        Variant.Single => Circle(Blue, Dashes.Solid),
        Variant.Shared => series.Accept switch
        {
            AcceptMode.Blocking => Square(Orange, Dashes.Short),
            AcceptMode.EpollExclusive => Diamond(ReddishPurple, Dashes.Dots),
            AcceptMode.IoUring => TriangleDown(Black, Dashes.Solid),
            _ => TriangleDown(Vermillion, Dashes.Long),
        },
        Variant.Reuseport when series.Accept == AcceptMode.IoUring => Square(BluishGreen, Dashes.Dots),
        Variant.Reuseport => series.Selector switch
        {
            Selector.EbpfAlive => TriangleUp(Blue, Dashes.Short),
            Selector.CbpfCpu => Square(SkyBlue, Dashes.Solid),
            Selector.CbpfRandom => Circle(ReddishPurple, Dashes.Long),
            Selector.IncomingCpu => TriangleDown(Black, Dashes.Dots),
            Selector.EbpfWeight => Diamond(Orange, Dashes.Solid),
            Selector.EbpfRoundRobin => Circle(Vermillion, Dashes.Short),
            _ => TriangleUp(BluishGreen, Dashes.Solid),
        },
        Variant.Inherited => series.Accept == AcceptMode.EpollExclusive ? Diamond(Black, Dashes.Short) : Diamond(Black, Dashes.Long),
        Variant.Restart => TriangleUp(SkyBlue, Dashes.Dots),
        _ => Square(Black, Dashes.Solid),
    };

    /// <summary>By its name, the same in every report: there are more servers than could be listed, and of so many styles two seldom meet.</summary>
    private static SeriesStyle OfProgram(string label)
    {
        Color[] colors = [Blue, Vermillion, BluishGreen, Orange, ReddishPurple, SkyBlue, Black];
        Func<Color, Dashes, SeriesStyle>[] shapes = [Circle, Square, Diamond, TriangleUp, TriangleDown];
        uint hash = label.Aggregate(2_166_136_261u, (h, c) => (h ^ c) * 16_777_619u);
        return shapes[hash / 7 % 5](colors[hash % 7], Dashes.Solid);
    }

    private static SeriesStyle Circle(Color color, Dashes line) => new(color, MarkerShape.FilledCircle, MarkerShape.OpenCircle, line);

    private static SeriesStyle Square(Color color, Dashes line) => new(color, MarkerShape.FilledSquare, MarkerShape.OpenSquare, line);

    private static SeriesStyle Diamond(Color color, Dashes line) => new(color, MarkerShape.FilledDiamond, MarkerShape.OpenDiamond, line);

    private static SeriesStyle TriangleUp(Color color, Dashes line) => new(color, MarkerShape.FilledTriangleUp, MarkerShape.OpenTriangleUp, line);

    private static SeriesStyle TriangleDown(Color color, Dashes line) =>
        new(color, MarkerShape.FilledTriangleDown, MarkerShape.OpenTriangleDown, line);
}
