using System.Text;
using ReuseBench.Shared;

namespace ReuseBench.Linux.Tests;

/// <summary>Files of /proc and /sys as another kernel, a container or an emulation may have them: they are read, or it is said what is wrong.</summary>
public sealed class ProcFuzzTests
{
    private static readonly Dictionary<string, (string[] Samples, Action<string> Read)> Readers = new()
    {
        ["stat"] = ([Captured.Text("stat-6.18.txt")], text => _ = CpuTimes.Parse(text)),
        ["pid stat"] = (["1 (a b) c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22"], text => _ = ProcessCpu.Parse(text)),
        ["pid stat, parent"] = (["1 (a b) c) S 1 2 3 4 5 6 7 8 9"], text => _ = ProcessFamily.ParseParent(text)),
        ["status"] = ([Captured.Text("status-6.18.txt")], text => _ = ProcessStatus.Parse(text)),
        ["tcp"] = ([Captured.Text("tcp-6.18.txt"), Captured.Text("tcp6-6.18.txt")], text => _ = TcpTable.Parse(text)),
        ["netstat"] = ([Captured.Text("netstat-6.18.txt")], text => _ = TcpExtCounters.Parse(text)),
        ["snmp"] = ([Captured.Text("snmp-6.18.txt")], text => _ = SnmpCounters.Parse(text)),
        ["cpuinfo"] = ([Captured.Text("cpuinfo-x64.txt"), Captured.Text("cpuinfo-arm64.txt")], text => _ = CpuInfo.ParseModelName(text)),
        ["config"] = (["CONFIG_IRQ_TIME_ACCOUNTING=y\nCONFIG_A=m\n"], text => _ = KernelConfig.ParseInterruptTime(text)),
        ["cgroup"] = (["0::/a/b\n", "3:cpu,cpuacct:/c\n", "max 100000", "150000 100000", "nr_periods 3\nnr_throttled 1\n"],
            text => _ = CpuQuota.Read(text, _ => text)),
        ["topology"] = (["0-3", "0,2", "1", "0x1"], text => _ = CpuTopology.Read([0, 1], _ => text, _ => [text, "node0", "index3"])),
        ["environment"] = (["powersave", "1", "0-3", "intel_pstate", "Mitigation: x"],
            text => _ = CpuEnvironment.Read([0, 1], _ => text, _ => [text, "state0", "index3"])),
    };

    public static TheoryData<string> Names => [.. Readers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_read_or_said_to_be_wrong(string name)
    {
        (string[] samples, Action<string> read) = Readers[name];
        new Mutations(3, [.. samples.Select(Encoding.UTF8.GetBytes)])
            .Try(500, (input, _) => read(Encoding.UTF8.GetString(input)), typeof(FormatException));
    }
}
