namespace ReuseBench.Scripts.Tests;

public sealed class LabPrepareStandInTests() : LabPrepareTests(Engine.StandIn);

public sealed class LabPreparePwshTests() : LabPrepareTests(Engine.Pwsh);

public abstract class LabPrepareTests(Engine engine)
{
    private const string Script = "scripts/lab-prepare.ps1";

    private static readonly string[] Sysctls =
    [
        "/proc/sys/net/core/somaxconn", "/proc/sys/net/ipv4/tcp_max_syn_backlog", "/proc/sys/net/ipv4/ip_local_port_range",
            "/proc/sys/net/ipv4/tcp_max_tw_buckets",
    ];

    private static readonly string[] Prepared = ["65535", "65535", "10240\t65535", "2000000"];

    [Fact]
    public async Task It_shows_sets_and_puts_back_what_the_kernel_has_in_a_private_network()
    {
        using PrivateNetwork network = await PrivateNetwork.Make();
        using var folder = new TemporaryFolder();
        string state = folder["state"];
        string[] before = await Values(network);
        Assert.NotEqual(Prepared, before);

        Finished whatIf = await network.Run(engine.File(Script, "-WhatIf", "-StateFile", state));
        whatIf.IsSuccess();
        Assert.Contains($"What if: {Sysctls[0]}: {before[0]} -> 65535", whatIf.OutputLines);
        Assert.Equal(before, await Values(network));
        Assert.False(File.Exists(state));

        Finished prepare = await network.Run(engine.File(Script, "-StateFile", state));
        prepare.IsSuccess();
        Assert.Contains($"{Sysctls[0]}: {before[0]} -> 65535", prepare.OutputLines);
        Assert.Equal(Prepared, await Values(network));

        // The second time must not record the tuned values as the host's own, even after somebody has changed one.
        await network.Output("sysctl", "--quiet", "--write", "net.core.somaxconn=1000");
        (await network.Run(engine.File(Script, "-StateFile", state))).IsSuccess();
        Assert.Equal(Prepared, await Values(network));

        (await network.Run(engine.File(Script, "-Restore", "-WhatIf", "-StateFile", state))).IsSuccess();
        Assert.Equal(Prepared, await Values(network));

        (await network.Run(engine.File(Script, "-Restore", "-StateFile", state))).IsSuccess();
        Assert.Equal(before, await Values(network));
        Assert.False(File.Exists(state));
    }

    [Fact]
    public async Task The_values_of_one_network_are_not_put_back_into_another()
    {
        using PrivateNetwork prepared = await PrivateNetwork.Make();
        using PrivateNetwork other = await PrivateNetwork.Make();
        using var folder = new TemporaryFolder();
        (await prepared.Run(engine.File(Script, "-StateFile", folder["state"]))).IsSuccess();
        (await other.Run(engine.File(Script, "-Restore", "-StateFile", folder["state"]))).IsRefusal("has the values of network namespace net:[");
    }

    [Fact]
    public async Task A_value_that_the_kernel_refuses_is_said_and_the_others_are_put_back_all_the_same()
    {
        using PrivateNetwork network = await PrivateNetwork.Make();
        using var folder = new TemporaryFolder();
        string[] before = await Values(network);
        (await network.Run(engine.File(Script, "-StateFile", folder["state"]))).IsSuccess();
        string state = File.ReadAllText(folder["state"]);
        File.WriteAllText(folder["state"], state.Replace($"{Sysctls[0]}={before[0]}", $"{Sysctls[0]}=nonsense", StringComparison.Ordinal));

        Finished restore = await network.Run(engine.File(Script, "-Restore", "-StateFile", folder["state"]));
        Assert.Equal(1, restore.ExitCode);
        Assert.Contains($"{Sysctls[0]}: the kernel does not take 'nonsense'", Assert.Single(restore.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        string[] after = await Values(network);
        Assert.Equal([Prepared[0], .. before.Skip(1)], after);
        Assert.True(File.Exists(folder["state"]));

        File.WriteAllText(folder["state"], state);
        (await network.Run(engine.File(Script, "-Restore", "-StateFile", folder["state"]))).IsSuccess();
        Assert.Equal(before, await Values(network));
    }

    [Fact]
    public async Task It_sets_the_governor_of_each_CPU_and_lowers_nothing_that_was_tuned_further()
    {
        using TemporaryFolder host = MadeUpHost();
        string[] arguments = ["-HostRoot", host.Path, "-StateFile", host["state"]];
        Finished prepare = await Commands.Run(engine.File(Script, arguments));
        prepare.IsSuccess();
        Assert.Equal("performance\n", Read(host, Governor(0)));
        Assert.Equal("performance\n", Read(host, Governor(1)));
        Assert.Equal("100000\n", Read(host, "proc/sys/net/core/somaxconn"));
        Assert.Equal("1024\t65535\n", Read(host, "proc/sys/net/ipv4/ip_local_port_range"));
        Assert.DoesNotContain(prepare.OutputLines, line => line.Contains("no CPU frequency governor", StringComparison.Ordinal));

        (await Commands.Run(engine.File(Script, ["-Restore", .. arguments]))).IsSuccess();
        Assert.Equal("powersave\n", Read(host, Governor(0)));
        Assert.Equal("performance\n", Read(host, Governor(1)));
    }

    [Fact]
    public async Task After_a_reboot_there_is_nothing_to_put_back()
    {
        using TemporaryFolder host = MadeUpHost();
        string state = host.Write("state", $"boot=an-earlier-one\nnamespace=net:[1]\n{host[Governor(0)]}=ondemand\n");
        Finished restore = await Commands.Run(engine.File(Script, "-Restore", "-HostRoot", host.Path, "-StateFile", state));
        restore.IsSuccess();
        Assert.Contains("booted since", restore.Output, StringComparison.Ordinal);
        Assert.Equal("powersave\n", Read(host, Governor(0)));
        Assert.False(File.Exists(state));
    }

    [Fact]
    public async Task A_state_file_cannot_make_it_write_anything_but_its_own_settings()
    {
        using TemporaryFolder host = MadeUpHost();
        string victim = host.Write("victim", "untouched");
        string ours = new FileInfo("/proc/self/ns/net").LinkTarget!;
        string state = host.Write("state", $"boot=this-boot\nnamespace={ours}\n{victim}=overwritten\n");
        (await Commands.Run(engine.File(Script, "-Restore", "-HostRoot", host.Path, "-StateFile", state))).IsRefusal("is no setting that this script changes");
        Assert.Equal("untouched", File.ReadAllText(victim));
    }

    [Fact]
    public async Task Without_the_right_to_change_one_setting_nothing_is_changed()
    {
        Assert.SkipUnless(!Environment.IsPrivilegedProcess || File.Exists("/usr/bin/setpriv"), "needs setpriv to give root's rights up");
        using TemporaryFolder host = MadeUpHost();
        string locked = host["proc/sys/net/ipv4/tcp_max_tw_buckets"];
        File.SetUnixFileMode(locked, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        string[] command = engine.File(Script, "-HostRoot", host.Path, "-StateFile", host["state"]);
        string[] withoutRights = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all", .. command] : command;
        (await Commands.Run(withoutRights)).IsRefusal("no right to change it, and nothing was changed; run as root");
        Assert.Equal("powersave\n", Read(host, Governor(0)));
        Assert.False(File.Exists(host["state"]));
    }

    [Theory]
    [InlineData("there are -Restore, -StateFile FILE", "--help")]
    [InlineData("no proc/sys in it", "-HostRoot", "/tmp")]
    public async Task What_cannot_be_done_is_one_line(string sentence, params string[] arguments) =>
        (await Commands.Run(engine.File(Script, arguments))).IsRefusal(sentence);

    private static async Task<string[]> Values(PrivateNetwork network) => (await network.Output(["cat", .. Sysctls])).Split('\n');

    private static string Governor(int cpu) => $"sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor";

    private static string Read(TemporaryFolder host, string name) => File.ReadAllText(host[name]);

    private static TemporaryFolder MadeUpHost()
    {
        var host = new TemporaryFolder();
        host.Write("proc/sys/kernel/random/boot_id", "this-boot\n");
        host.Write("proc/sys/net/core/somaxconn", "100000\n");
        host.Write("proc/sys/net/ipv4/tcp_max_syn_backlog", "512\n");
        host.Write("proc/sys/net/ipv4/ip_local_port_range", "1024\t65535\n");
        host.Write("proc/sys/net/ipv4/tcp_max_tw_buckets", "131072\n");
        host.Write("sys/devices/system/cpu/cpufreq/boost", "1\n");
        foreach ((int cpu, string governor) in (ReadOnlySpan<(int, string)>)[(0, "powersave"), (1, "performance")])
        {
            host.Write(Governor(cpu), governor + "\n");
            host.Write(Governor(cpu).Replace("governor", "available_governors", StringComparison.Ordinal), "performance powersave \n");
        }

        return host;
    }
}
