using ReuseBench.Core.Results;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Wording;

/// <summary>The one line that goes with each chart and table: kernel, CPU, CPUs, repeats, run.</summary>
public sealed class Provenance(RunTables tables)
{
    private readonly string _host = Host(tables.Manifest?.Host);

    /// <param name="cells">The cells that are shown there: their repeats are counted.</param>
    public string Of(IEnumerable<MeasuredCell> cells)
    {
        int[] repeats = [.. cells.Select(c => c.Repeats.Count).Distinct().Order()];
        string counted = repeats.Length switch
        {
            0 => "no repeats",
            1 => Plural(repeats[0], "repeat"),
            _ => $"{repeats[0]} to {repeats[^1]} repeats",
        };
        return $"{_host} · {counted} · run {tables.RunId}";
    }

    private static string Host(HostFacts? host) => host is null
        ? "host not known"
        : string.Join(", ", new[] { Kernel(host), host.CpuModel, VirtualMachine(host), Cpus(host) }.Where(p => !string.IsNullOrEmpty(p)));

    private static string? VirtualMachine(HostFacts host) => host.Hypervisor is null ? null : "virtual machine";

    private static string? Kernel(HostFacts host) =>
        host.Kernel is null || host.Kernel.StartsWith("Linux", StringComparison.Ordinal) ? host.Kernel : "Linux " + host.Kernel;

    private static string Cpus(HostFacts host) => host.ServerCpus.Length > 0 && host.ClientCpus.Length > 0
        ? $"{Plural(host.CpusAllowed, "CPU")} (server {host.ServerCpus}, client {host.ClientCpus})"
        : Plural(host.CpusAllowed, "CPU");

    private static string Plural(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
