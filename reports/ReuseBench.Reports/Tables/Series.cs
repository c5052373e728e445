using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;

namespace ReuseBench.Reports.Tables;

/// <summary>
/// What a reader compares: a variant with the settings that make it another way of listening. Settings without effect on the
/// variant (the accept mode of <c>reuseport</c>, say) are left out, so that they cannot split one series in two.
/// </summary>
/// <param name="Variant">As in the CSV.</param>
/// <param name="Accept">Only with <c>shared</c>, otherwise empty.</param>
/// <param name="Selector">Only where it is not the kernel's hash, otherwise empty.</param>
/// <param name="Processes">1 for threads of one process.</param>
/// <param name="Reuseaddr"><c>on</c> or <c>off</c> where it is not the variant's default, otherwise empty; a restart method says it itself.</param>
public sealed record Series(string Variant, string Accept, string Selector, int Processes, string Reuseaddr) : IComparable<Series>
{
    public static string Single { get; } = Names.Of(Core.Cells.Variant.Single);

    public static string Shared { get; } = Names.Of(Core.Cells.Variant.Shared);

    public static string Reuseport { get; } = Names.Of(Core.Cells.Variant.Reuseport);

    public static string Restart { get; } = Names.Of(Core.Cells.Variant.Restart);

    private static readonly string[] VariantOrder = [Single, Shared, Reuseport, Restart];
    private static readonly string[] AcceptOrder =
        [Names.Of(AcceptMode.Blocking), Names.Of(AcceptMode.Epoll), Names.Of(AcceptMode.EpollExclusive)];

    private static readonly string[] SelectorOrder = ["", .. Names.All<Selector>()];

    /// <summary>Such as <c>single</c>, <c>shared, epoll-exclusive</c> or <c>reuseport, 2 processes</c>.</summary>
    public string Label => string.Join(", ", Parts());

    public static Series Of(ResultRow row)
    {
        string defaultReuseaddr = row.Variant == Restart ? "on" : "off";
        bool isWay = !string.IsNullOrEmpty(row.RestartMethod) && row.RestartMethod != Names.Of(RestartMethod.Loop);
        return new Series(
            row.Variant,
            row.Variant == Shared ? row.Accept : "",
            row.Variant == Reuseport && row.Selector != Names.Of(Core.Cells.Selector.Hash) ? row.Selector : "",
            Math.Max(1, row.Processes),
            isWay || row.Reuseaddr == defaultReuseaddr ? "" : row.Reuseaddr);
    }

    /// <summary>The fixed order of all tables, legends and panels; names that this version does not know come last, by name.</summary>
    public int CompareTo(Series? other) => other is null ? 1 : SortKey().CompareTo(other.SortKey());

    public static bool operator <(Series left, Series right) => left.CompareTo(right) < 0;

    public static bool operator >(Series left, Series right) => left.CompareTo(right) > 0;

    public static bool operator <=(Series left, Series right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Series left, Series right) => left.CompareTo(right) >= 0;

    private IEnumerable<string> Parts()
    {
        yield return Variant.Length == 0 ? "(no variant)" : Variant;
        if (Accept.Length > 0)
        {
            yield return Accept;
        }

        if (Selector.Length > 0)
        {
            yield return Selector;
        }

        if (Processes > 1)
        {
            yield return Processes.ToString(CultureInfo.InvariantCulture) + " processes";
        }

        if (Reuseaddr.Length > 0)
        {
            yield return "SO_REUSEADDR " + Reuseaddr;
        }
    }

    private (int Variant, int Accept, int Selector, int Processes, string Name) SortKey() =>
        (Rank(VariantOrder, Variant), Rank(AcceptOrder, Accept), Rank(SelectorOrder, Selector), Processes, Label);

    private static int Rank(string[] order, string name)
    {
        int index = Array.IndexOf(order, name);
        return index < 0 ? order.Length : index;
    }
}
