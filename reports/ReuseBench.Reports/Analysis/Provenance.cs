using ReuseBench.Core.Results;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Analysis;

/// <summary>The one line that goes with each chart and table: kernel, CPU, CPUs, repeats, run.</summary>
public sealed class Provenance(RunData data)
{
    /// <param name="cells">The cells that are shown there: their repeats are counted, and their CPUs are those of their own rows, since a cell
    /// may have others than the host's split.</param>
    public string Of(IEnumerable<MeasuredCell> cells)
    {
        MeasuredCell[] shown = [.. cells];
        int[] repeats = [.. shown.Select(c => c.Repeats.Count).Distinct().Order()];
        string counted = repeats.Length switch
        {
            0 => "no repeats",
            1 => Words.Count(repeats[0], "repeat"),
            _ => $"{repeats[0]} to {repeats[^1]} repeats",
        };
        return $"{Host(data.Manifest?.Host, shown)} · {counted} · run {data.RunId}";
    }

    private static string Host(HostFacts? host, MeasuredCell[] cells) => string.Join(", ", new[]
    {
        host is null ? "host not known" : Kernel(host),
        host?.CpuModel,
        host?.Hypervisor is null ? null : "virtual machine",
        string.Join(' ', new[] { host is null ? null : Words.Count(host.CpusAllowed, "CPU"), Used(cells) }.Where(p => !string.IsNullOrEmpty(p))),
    }.Where(p => !string.IsNullOrEmpty(p)));

    private static string? Kernel(HostFacts host) =>
        host.Kernel is null || host.Kernel.StartsWith("Linux", StringComparison.Ordinal) ? host.Kernel : "Linux " + host.Kernel;

    /// <summary>Such as <c>(server 0, client 1)</c>, and where cells differ in it, how many have which.</summary>
    private static string? Used(MeasuredCell[] cells)
    {
        (string Cpus, int Cells)[] used = [.. cells.GroupBy(Cpus).Select(g => (g.Key, g.Count())).OrderBy(u => u.Key, StringComparer.Ordinal)];
        return used.Length switch
        {
            0 => null,
            1 => $"({used[0].Cpus})",
            _ => $"({string.Join("; ", used.Select(u => $"{u.Cpus} in {Words.Count(u.Cells, "cell")}"))})",
        };
    }

    /// <summary>An accept-only probe is steered to no CPUs, and its rows have none.</summary>
    private static string Cpus(MeasuredCell cell) =>
        cell.Cell is { Server.Cpus.IsEmpty: false, Load.Cpus.IsEmpty: false } ran ? $"server {ran.Server.Cpus}, client {ran.Load.Cpus}"
        : cell.IsAcceptOnly ? "accept-only probe, no CPUs set"
        : "CPUs not recorded";
}
