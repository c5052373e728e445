using System.Runtime.InteropServices;
using System.Text;
using ReuseBench.Core.Results;
using ReuseBench.Shared;

namespace ReuseBench.SystemTests;

/// <summary>The packages of <c>scripts/package</c>, made once for the tests that try them: two minutes, so only where they are asked for.</summary>
public sealed class Packages : IDisposable
{
    private const string Asked = "REUSEBENCH_TEST_PACKAGES";

    private readonly Lazy<Outcome> _made;

    public Packages() => _made = new Lazy<Outcome>(Make);

    internal TestFolder Folder { get; } = new();

    public string SingleFile => Path.Combine(Require(), $"reusebench-{Rid}");

    private static string Rid => $"linux-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>The folder that they lie in.</summary>
    public string Require()
    {
        string? asked = Environment.GetEnvironmentVariable(Asked);
        if (Directory.Exists(asked))
        {
            return asked;
        }

        Assert.SkipUnless(asked == "1", $"packages are made where {Asked} is 1, which takes two minutes, and taken from the folder that it names");
        Assert.True(_made.Value.ExitCode == 0, _made.Value.Errors);
        return Folder.At("packages");
    }

    public void Dispose() => Folder.Dispose();

    private Outcome Make()
    {
        using RunningProgram script = RunningProgram.Start(
            Repository.At("scripts", "package"), "--part", "single", "--part", "tool", "--rid", Rid, "--out", Folder.At("packages"));
        return script.WaitForExit(TimeSpan.FromMinutes(10));
    }
}

/// <summary>What is installed elsewhere works there: no source tree, no .NET beside the single file.</summary>
public sealed class PackageTests(Packages packages) : IClassFixture<Packages>
{
    private static readonly string[] Natives = ["linux-arm64", "linux-x64"];

    private static readonly string OneCell = """
        name: cell
        description: one cell of two server processes, whose children are children of children
        groups:
          - {experiment: throughput, variant: reuseport, workers: 2, processes: 2, workload: connect, connections: 4, duration: 300ms, warmup: 100ms}
        """;

    [Fact]
    public void The_single_file_runs_a_cell_from_another_folder_without_NET()
    {
        using TestFolder folder = new();
        string program = Installed(folder);
        Assert.Matches(@"^\d+\.\d+\.\d+", Run(folder, program, "--version").Output);
        Assert.Equal(
            RunningProgram.Run(RunningProgram.ReuseBench, "matrix", "list").Output, Run(folder, program, "matrix", "list").Output);

        RequireCell(folder, program);
        RequireCharts(folder, program);

        // Nothing was unpacked: the home folder is as empty as it was.
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.At("home")));
    }

    [Fact]
    public void What_is_built_from_sources_is_refused_in_a_line()
    {
        using TestFolder folder = new();
        Outcome outcome = Run(folder, Installed(folder), "run", "smoke", "--with-micro", "--out", "run");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("this program is a package without its sources", outcome.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void No_path_of_the_machine_that_made_it_is_in_a_package()
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(packages.SingleFile);
        string tree = Repository.At("bench") + "/";
        Assert.Equal(-1, file.IndexOf(Encoding.UTF8.GetBytes(tree)));
        Assert.Equal(-1, file.IndexOf(Encoding.Unicode.GetBytes(tree)));
    }

    [Fact]
    public void The_tool_is_installed_from_the_folder_alone_and_runs_a_cell()
    {
        using TestFolder folder = new();
        string feed = packages.Require();
        File.WriteAllText(folder.At("nuget.config"), "<configuration><packageSources><clear /></packageSources></configuration>");
        Outcome install = Run(folder, Tools.Require("dotnet"), "tool", "install", "--tool-path", folder.At("tools"), "--add-source", feed, "reusebench");
        Assert.True(install.ExitCode == 0, install.Output + install.Errors);
        string[] natives = [.. Directory.GetDirectories(folder.At("tools"), "native", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).Order(StringComparer.Ordinal)];
        Assert.Equal(Natives, natives);

        RequireCell(folder, folder.At("tools", "reusebench"));
        RequireCharts(folder, folder.At("tools", "reusebench"));
    }

    private static void RequireCell(TestFolder folder, string program)
    {
        File.WriteAllText(folder.At("cell.yaml"), OneCell);
        Outcome run = Run(folder, program, "run", "--matrix", "cell.yaml", "--out", "run");
        Assert.True(run.HasMeasured, run.Output + run.Errors);
        ResultRow row = Assert.Single(TableFile.Read<ResultRow>(folder.At("run", Tables.Results.FileName)));
        Assert.Null(row.Failure);
        Assert.True(row.LifeConnectionsServer > 0, "the server counted no connection");
        Assert.True(File.Exists(folder.At("run", RunFiles.ReportHtml)));
    }

    /// <summary>As many pictures of one run as the build draws of it.</summary>
    private static void RequireCharts(TestFolder folder, string program)
    {
        string[] expected = Charts(folder, RunningProgram.ReuseBench, "by-build");
        Assert.SkipWhen(expected.Length == 0, "no font is installed on this host: no program can draw a chart");
        Assert.Equal(expected, Charts(folder, program, "by-package"));
    }

    private static string[] Charts(TestFolder folder, string program, string name)
    {
        Directory.CreateDirectory(folder.At(name));
        foreach (string file in Directory.EnumerateFiles(Repository.RunOfVersion1))
        {
            File.Copy(file, folder.At(name, Path.GetFileName(file)));
        }

        Outcome report = Run(folder, program, "report", name);
        Assert.True(report.ExitCode == 0, report.Errors);
        return [.. Directory.GetFiles(folder.At(name, RunFiles.Charts), "*.png").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
    }

    /// <summary>A copy that lies alone, as somebody downloads it.</summary>
    private string Installed(TestFolder folder)
    {
        Directory.CreateDirectory(folder.At("bin"));
        File.Copy(packages.SingleFile, folder.At("bin", "rb"));
        return folder.At("bin", "rb");
    }

    /// <summary>From the test's folder, with a home of its own; nothing says where .NET is.</summary>
    private static Outcome Run(TestFolder folder, string program, params string[] arguments)
    {
        Directory.CreateDirectory(folder.At("home"));
        using RunningProgram running = RunningProgram.StartIn(
            folder.Path, Tools.Require("env"), ["-u", "DOTNET_ROOT", "-u", "DOTNET_HOST_PATH", $"HOME={folder.At("home")}", program, .. arguments]);
        running.Process.StandardInput.Close();
        return running.WaitForExit();
    }
}
