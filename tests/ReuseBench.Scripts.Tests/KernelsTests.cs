namespace ReuseBench.Scripts.Tests;

/// <summary><c>scripts/kernels</c> up to where it needs a network and half an hour: a program that plays the emulator shows what a machine is given.</summary>
public sealed class KernelsTests
{
    private const string Script = "scripts/kernels";

    /// <summary>What an emulator would leave at its second serial port: the files of a folder; and what it was given, a line for each file.</summary>
    private const string Emulator = """
        #!/bin/bash
        while (($#)); do
          case $1 in -serial) port=${2#file:} ;; -initrd) tar -tzf "$2" >>"$FAKE_GIVEN"; tar -xOzf "$2" ./opt/parts >>"$FAKE_PARTS" ;; esac
          shift
        done
        tar -C "$FAKE_LEAVES" -czf - . >"$port"
        """;

    /// <summary>Archives as tar makes them: not every host has cpio.</summary>
    private const string Cpio = """
        #!/bin/sh
        exec tar --null --no-recursion --files-from - --create --file -
        """;

    [Theory]
    [InlineData("--kernel: '6' is no series such as 6.1", "--kernel", "6")]
    [InlineData("--part: 'all' is unknown; use semantics, tests, matrix or package", "--part", "all")]
    [InlineData("--cpus: '0' is out of range; use 1 to 64", "--cpus", "0")]
    [InlineData("--cpus: 'two' is out of range; use 1 to 64", "--cpus", "two")]
    [InlineData("--cpus: kernel 6.1 starts only one CPU under the instruction clock; use 1, or a kernel from 6.5 on", "--kernel", "6.1", "--cpus", "4")]
    [InlineData("--minutes: '0' is out of range; use 1 to 600", "--minutes", "0")]
    [InlineData("--configuration: 'Fast' is unknown; use release or debug", "--configuration", "Fast")]
    [InlineData("--out: an empty name; name a folder", "--out", "")]
    [InlineData("--out: needs a value", "--out")]
    [InlineData("--package: an empty name; name a file", "--package", "")]
    [InlineData("--package: only the part package takes it; add --part package", "--package", "reusebench-linux-x64")]
    [InlineData("--configuration: the part package takes no build; leave it out", "--part", "package", "--package", "/etc/passwd", "--configuration", "debug")]
    [InlineData("'--all' is unknown; see --help", "--all")]
    public async Task What_a_caller_got_wrong_is_one_line(string said, params string[] arguments) =>
        (await Run([SourceTree.PathOf(Script), .. arguments])).IsRefusal($"kernels: {said}");

    [Fact]
    public async Task Help_names_every_option_with_its_default()
    {
        Finished help = await Run([SourceTree.PathOf(Script), "--help"]);
        help.IsSuccess();
        foreach (string option in (string[])["--kernel", "--part", "--package", "--cpus", "--minutes", "--configuration", "--out"])
        {
            Assert.Contains(help.OutputLines, line => line.TrimStart().StartsWith(option, StringComparison.Ordinal) && line.EndsWith(']'));
        }
    }

    [Fact]
    public async Task Without_a_build_it_says_how_to_make_one()
    {
        using TemporaryFolder tree = new();
        Directory.CreateDirectory(Path.Combine(tree.Path, "scripts"));
        File.Copy(SourceTree.PathOf(Script), Path.Combine(tree.Path, Script));
        (await Run([Path.Combine(tree.Path, Script)])).IsRefusal("there is no release build of bench/ReuseBench; make one with `dotnet build -c Release`");
    }

    [Fact]
    public async Task Without_a_package_it_says_how_to_make_one() => (await Run([SourceTree.PathOf(Script), "--part", "package", "--package", "/no/such/file"]))
        .IsRefusal("kernels: there is no /no/such/file; make it with `scripts/package --part single --rid linux-x64`");

    [Theory]
    [InlineData(0, "complete", "", 0, "exit code 0,  321 s  reusebench run --matrix smoke: 2 repeats measured, 1 of them failed, 1 charts drawn")]
    [InlineData(4, "complete", "", 0, "exit code 4,  321 s")]
    [InlineData(1, "complete", "", 1, "exit code 1,  321 s")]
    [InlineData(124, "complete", "", 1, "stopped after 60 minutes of its own time")]
    [InlineData(0, "running", "", 1, "run.json is of no complete run")]
    [InlineData(0, "complete", "/usr/share/dotnet/host/libhostfxr.so", 1, "the machine has a .NET of its own: /usr/share/dotnet/host/libhostfxr.so")]
    public async Task A_package_is_the_only_program_of_its_machine_and_all_that_it_leaves_is_looked_at(
        int exitCode, string runStatus, string dotnet, int expected, string said)
    {
        using TemporaryFolder folder = new();
        folder.Write("leaves/kernel", "6.1.0-1-cloud-amd64\n");
        folder.Write("leaves/dotnet.txt", dotnet.Length == 0 ? "" : dotnet + "\n");
        folder.Write("leaves/package.status", $"{exitCode} 321\n");
        folder.Write("leaves/smoke/results.csv", "cell,verdict\na,ok,x\nb,failed,x\n");
        folder.Write("leaves/smoke/run.json", $"{{\n  \"status\": \"{runStatus}\"\n}}\n");
        folder.Write("leaves/smoke/report.html", "<html>");
        folder.Write("leaves/smoke/charts/throughput.png", "PNG");
        folder.Write("reusebench-linux-x64", "the single file");

        Finished run = await RunOnFake(folder, "--part", "package", "--package", folder["reusebench-linux-x64"]);

        Assert.Equal((expected, ""), (run.ExitCode, run.Error));
        Assert.Contains(said, run.Output, StringComparison.Ordinal);
        Assert.Equal("<html>", File.ReadAllText(folder["out/6.1/smoke/report.html"]));
        string[] given = File.ReadAllLines(folder["given"]);
        Assert.Contains("./opt/reusebench", given);
        Assert.Contains("./init", given);
        Assert.DoesNotContain(given, file => file.Contains("dotnet", StringComparison.Ordinal) || file.Contains("program", StringComparison.Ordinal));
        Assert.Equal(["package"], File.ReadAllLines(folder["parts"]));
    }

    [Fact]
    public async Task A_build_has_a_machine_with_NET_beside_that_of_the_package()
    {
        using TemporaryFolder folder = new();
        folder.Write("leaves/kernel", "6.1.0-1-cloud-amd64\n");
        folder.Write("leaves/dotnet.txt", "");
        folder.Write("leaves/semantics.status", "0 12\n");
        folder.Write("leaves/semantics.txt", "3696 cases tried\n");
        folder.Write("reusebench-linux-x64", "the single file");
        folder.Write("tree/artifacts/bin/ReuseBench/release/reusebench", "");
        Executable(folder, "tree/artifacts/bin/ReuseBench/release/reusebench");
        folder.Write("dotnet/host/fxr/libhostfxr.so", "");
        folder.Write("dotnet/shared/Microsoft.NETCore.App/10.0.0/libcoreclr.so", "");
        folder.Write("dotnet/dotnet", "");
        Executable(folder, "dotnet/dotnet");

        Finished run = await RunOnFake(folder, "--part", "semantics", "--part", "package", "--package", folder["reusebench-linux-x64"]);

        // The second machine did not come to the end of its part.
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("exit code 0,   12 s  3696 cases tried", run.Output, StringComparison.Ordinal);
        Assert.Contains("not done within 90 minutes", run.Output, StringComparison.Ordinal);
        Assert.Equal(["semantics", "package"], File.ReadAllLines(folder["parts"]));
        string[] given = File.ReadAllLines(folder["given"]);
        Assert.Single(given, file => file == "./opt/program/reusebench");
        Assert.Single(given, file => file == "./usr/share/dotnet/dotnet");
        Assert.Single(given, file => file == "./opt/reusebench");
    }

    /// <summary>The script in a tree of its own, with all that it would fetch from the distribution; root is not faked.</summary>
    private static async Task<Finished> RunOnFake(TemporaryFolder folder, params string[] arguments)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the script wants root");
        foreach ((string name, string text) in ((string, string)[])[("qemu-system-x86_64", Emulator), ("cpio", Cpio), ("debootstrap", "#!/bin/false\n")])
        {
            folder.Write($"bin/{name}", text);
            Executable(folder, $"bin/{name}");
        }

        folder.Write("cache/reusebench-machines/distribution.cpio.gz", "");
        folder.Write("cache/reusebench-machines/linux-6.1/boot/vmlinuz-6.1", "");
        folder.Write("cache/reusebench-machines/linux-6.1/lib/modules/6.1/modules.order", "");
        folder.Write($"tree/{Script}", await File.ReadAllTextAsync(SourceTree.PathOf(Script)));
        return await Commands.Run(
            ["bash", folder[$"tree/{Script}"], "--kernel", "6.1", "--out", folder["out"], .. arguments], folder.Path,
            new Dictionary<string, string>
            {
                ["PATH"] = $"{folder["bin"]}:{folder["dotnet"]}:{Environment.GetEnvironmentVariable("PATH")}",
                ["XDG_CACHE_HOME"] = folder["cache"],
                ["FAKE_LEAVES"] = folder["leaves"],
                ["FAKE_GIVEN"] = folder["given"],
                ["FAKE_PARTS"] = folder["parts"],
            });
    }

    private static void Executable(TemporaryFolder folder, string name) =>
        File.SetUnixFileMode(folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private static Task<Finished> Run(IEnumerable<string> command) => Commands.Run(["bash", .. command]);
}
