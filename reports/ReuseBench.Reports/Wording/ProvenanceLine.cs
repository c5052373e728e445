using ReuseBench.Core.Results;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Wording;

/// <summary>The one line that goes with each chart and table: kernel, CPU, CPUs, repeats, run.</summary>
internal static class ProvenanceLine
{
    public static string Of(RunTables tables)
    {
        HostFacts? host = tables.Manifest?.Host;
        int[] repeats = [.. tables.Cells.Select(c => c.Repeats.Count).Distinct().Order()];
        string[] parts =
        [
            host is null ? "host not known" : string.Join(", ", new[] { Kernel(host), host.CpuModel, Cpus(host) }.Where(p => !string.IsNullOrEmpty(p))),
            repeats.Length switch { 0 => "no repeats", 1 => Plural(repeats[0], "repeat"), _ => $"{repeats[0]} to {repeats[^1]} repeats" },
            "run " + tables.RunId,
        ];
        return string.Join(" · ", parts);
    }

    private static string? Kernel(HostFacts host) => host.Kernel is null ? null : "Linux " + host.Kernel.Replace("Linux ", "", StringComparison.Ordinal);

    private static string Cpus(HostFacts host) => host.ServerCpus.Length > 0 && host.ClientCpus.Length > 0
        ? $"{Plural(host.CpusAllowed, "CPU")} (server {host.ServerCpus}, client {host.ClientCpus})"
        : Plural(host.CpusAllowed, "CPU");

    private static string Plural(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
