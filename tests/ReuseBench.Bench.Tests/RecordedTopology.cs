using System.Globalization;
using ReuseBench.Core.Units;
using ReuseBench.Linux;

namespace ReuseBench.Bench.Tests;

/// <summary>
/// What /sys says of a host's CPUs, recorded in machines of <c>Data/topology-*.txt</c> (QEMU, Debian's kernels): a path below
/// /sys/devices/system/cpu and its text on each line, and the CPUs that a process may use there.
/// </summary>
internal sealed class RecordedTopology
{
    private const string Root = "/sys/devices/system/cpu/";

    private readonly Dictionary<string, string> _files;

    private RecordedTopology(Dictionary<string, string> files) => _files = files;

    public static RecordedTopology Named(string name) => new(
        File.ReadAllLines(RepositoryRoot.Of("tests", "ReuseBench.Bench.Tests", "Data", $"topology-{name}.txt"))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split(' ', 2))
            .ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1) ?? ""));

    /// <param name="allowed">CPUs that the process may use; null for those that it had.</param>
    public IReadOnlyList<CpuTopology.Place> Cpus(string? allowed = null) =>
        CpuTopology.Read(CpuList.Parse(allowed ?? _files["allowed"], "allowed").Cpus, Text, NamesIn).Cpus;

    public CpuEnvironment Environment() => CpuEnvironment.Read([.. CpuList.Parse(_files["allowed"], "allowed").Cpus], Text, NamesIn);

    private string? Text(string path) => path.StartsWith(Root, StringComparison.Ordinal) ? _files.GetValueOrDefault(path[Root.Length..]) : null;

    private IEnumerable<string> NamesIn(string directory)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{directory}/");
        return _files.Keys.Select(file => Root + file).Where(path => path.StartsWith(prefix, StringComparison.Ordinal))
            .Select(path => path[prefix.Length..].Split('/')[0]).Distinct();
    }
}
