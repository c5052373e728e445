namespace ReuseBench.Scripts.Tests;

public sealed class LabNamespacesStandInTests() : LabNamespacesTests(Engine.StandIn);

public sealed class LabNamespacesPwshTests() : LabNamespacesTests(Engine.Pwsh);

public abstract class LabNamespacesTests(Engine engine)
{
    private const string Script = "scripts/lab-namespaces.ps1";

    [Fact]
    public async Task It_makes_namespaces_that_reach_each_other_and_removes_those_and_no_others()
    {
        using PrivateNetwork network = await PrivateNetwork.Make("ip", "sysctl", "bash");
        await network.Output("sysctl", "--quiet", "--write", "net.ipv4.ip_local_port_range=11000 60001");
        await network.Output("ip", "netns", "add", "lab-client-9");

        Finished whatIf = await network.Run(engine.File(Script, "-Prefix", "lab", "-WhatIf"));
        whatIf.IsSuccess();
        Assert.Contains("What if: make network namespace lab-server", whatIf.OutputLines);
        Assert.Equal(["lab-client-9"], await Names(network));

        (await network.Run(engine.File(Script, "-Prefix", "lab", "-Clients", "2", "-AddressesPerClient", "3"))).IsSuccess();
        Assert.Equal(["lab-client-1", "lab-client-2", "lab-client-9", "lab-server"], await Names(network));
        Assert.Equal("11000\t60001", await network.Output("ip", "netns", "exec", "lab-client-2", "cat", "/proc/sys/net/ipv4/ip_local_port_range"));
        Assert.Contains("10.77.2.4/24", await network.Output("ip", "-n", "lab-client-2", "-4", "-o", "address", "show", "dev", "server"),
            StringComparison.Ordinal);
        // Nothing listens: the refusal is a segment that came back over the link from the server's side.
        Finished connect = await network.Run("ip", "netns", "exec", "lab-client-2", "bash", "-c", "exec 3<>/dev/tcp/10.77.2.1/9");
        Assert.Contains("Connection refused", connect.Error, StringComparison.Ordinal);

        (await network.Run(engine.File(Script, "-Prefix", "lab", "-Remove", "-WhatIf"))).IsSuccess();
        Assert.Equal(4, (await Names(network)).Length);
        (await network.Run(engine.File(Script, "-Prefix", "lab", "-Remove"))).IsSuccess();
        Assert.Equal(["lab-client-9"], await Names(network));
    }

    [Fact]
    public async Task A_name_that_is_taken_and_a_namespace_in_use_are_refused()
    {
        using PrivateNetwork network = await PrivateNetwork.Make("ip", "sysctl");
        (await network.Run(engine.File(Script, "-Prefix", "lab"))).IsSuccess();
        (await network.Run(engine.File(Script, "-Prefix", "lab"))).IsRefusal("network namespace lab-server is there already");

        // Remove-while-in-use: the command inside is the removal itself.
        Finished inside = await network.Run(["ip", "netns", "exec", "lab-client-1", .. engine.File(Script, "-Prefix", "lab", "-Remove")]);
        inside.IsRefusal("processes are still in lab-client-1");
        Assert.Equal(["lab-client-1", "lab-server"], await Names(network));
    }

    [Fact]
    public async Task What_was_made_before_a_failure_is_removed_again()
    {
        using PrivateNetwork network = await PrivateNetwork.Make("ip", "sysctl", "env");
        using var folder = new TemporaryFolder();
        // An `ip` that cannot make veth pairs.
        string real = (await network.Output("sh", "-c", "command -v ip")).Trim();
        string fake = folder.Write("ip", $"#!/bin/sh\ncase \"$*\" in *veth*) echo 'no veth here' >&2; exit 2 ;; esac\nexec {real} \"$@\"\n");
        File.SetUnixFileMode(fake, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string path = $"PATH={folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        Finished run = await network.Run(["env", path, .. engine.File(Script, "-Prefix", "lab")]);
        Assert.Contains("no veth here; what was made is removed again", run.Error.Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
        Assert.Empty(await Names(network));
    }

    [Theory]
    [InlineData("there are -Prefix NAME, -Clients N", "--help")]
    [InlineData("-Clients '0' is not a whole number from 1 to 250", "-Clients", "0")]
    [InlineData("-Prefix '../x' is not a name", "-Prefix", "../x")]
    public async Task What_cannot_be_done_is_one_line(string sentence, params string[] arguments) =>
        (await Commands.Run(engine.File(Script, arguments))).IsRefusal(sentence);

    private static async Task<string[]> Names(PrivateNetwork network) =>
        [.. (await network.Output("sh", "-c", "ls /run/netns 2>/dev/null || true")).Split('\n', StringSplitOptions.RemoveEmptyEntries)];
}
