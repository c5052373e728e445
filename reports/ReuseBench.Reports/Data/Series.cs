using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Units;

namespace ReuseBench.Reports.Data;

/// <summary>
/// What a reader compares: a variant with the settings that make it another way of listening. Settings without effect on the
/// variant (the accept mode of <c>reuseport</c>, say) are left out, so that they cannot split one series in two.
/// </summary>
/// <param name="Variant">The way of listening.</param>
/// <param name="Accept">Only with <c>shared</c> and <c>inherited</c>, and where it is io_uring.</param>
/// <param name="Selector">Only where it is not the kernel's hash.</param>
/// <param name="Processes">1 for threads of one process.</param>
/// <param name="ReuseAddr">Only where it is not the variant's default; a restart method says it itself.</param>
public sealed record Series(Variant Variant, AcceptMode? Accept, Selector? Selector, int Processes, bool? ReuseAddr) : IComparable<Series>
{
    private static readonly AcceptMode[] AcceptOrder = [AcceptMode.Blocking, AcceptMode.Epoll, AcceptMode.EpollExclusive, AcceptMode.IoUring];

    /// <summary>A server of somebody else, by its adapter; null for ours, of which the other parts speak.</summary>
    public string? Program { get; init; }

    /// <summary>How it listens, as its adapter calls it.</summary>
    public string? ProgramMode { get; init; }

    /// <summary>Such as <c>single</c>, <c>shared, epoll-exclusive</c>, <c>reuseport, 2 processes</c> or <c>nginx, reuseport</c>.</summary>
    public string Label => field ??= string.Join(", ", Parts());

    public static Series Of(Cell cell)
    {
        ServerSettings server = cell.Server;
        bool isMethod = cell.Restart is { Method: not RestartMethod.Loop };
        return new Series(
            server.Variant,
            server.Variant is Variant.Shared or Variant.Inherited || server.Accept == AcceptMode.IoUring ? server.Accept : null,
            server.Variant == Variant.Reuseport && server.Selector != Core.Cells.Selector.Hash ? server.Selector : null,
            server.Processes,
            isMethod ? null : server.ReuseAddr)
        {
            Program = server.Program is { } program ? Path.GetFileNameWithoutExtension(program) : null,
            ProgramMode = server.ProgramMode,
        };
    }

    /// <summary>The fixed order of all tables, legends and panels.</summary>
    public int CompareTo(Series? other) => other is null ? 1 : SortKey().CompareTo(other.SortKey());

    public static bool operator <(Series left, Series right) => left.CompareTo(right) < 0;

    public static bool operator >(Series left, Series right) => left.CompareTo(right) > 0;

    public static bool operator <=(Series left, Series right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Series left, Series right) => left.CompareTo(right) >= 0;

    private IEnumerable<string> Parts()
    {
        if (Program is not null)
        {
            yield return Program;
            if (ProgramMode is not null)
            {
                yield return ProgramMode;
            }

            yield break;
        }

        yield return Names.Of(Variant);
        if (Accept is AcceptMode accept)
        {
            yield return Names.Of(accept);
        }

        if (Selector is Selector selector)
        {
            yield return Names.Of(selector);
        }

        if (Processes > 1)
        {
            yield return Processes.ToString(CultureInfo.InvariantCulture) + " processes";
        }

        if (ReuseAddr is bool isOn)
        {
            yield return "SO_REUSEADDR " + (isOn ? "on" : "off");
        }
    }

    /// <summary>Ours first.</summary>
    private (bool Program, int Variant, int Accept, int Selector, int Processes, string Name) SortKey() => (
        Program is not null,
        (int)Variant,
        Accept is AcceptMode accept ? Array.IndexOf(AcceptOrder, accept) : Variant == Variant.Reuseport ? -1 : AcceptOrder.Length,
        Selector is Selector selector ? 1 + (int)selector : 0,
        Processes,
        Label);
}
