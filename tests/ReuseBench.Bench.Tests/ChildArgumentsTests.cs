using ReuseBench.Bench.Cli;
using ReuseBench.Core;
using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Tests;

public sealed class ChildArgumentsTests
{
    private static readonly string[] Parent = ["--parent-pid", "17"];

    /// <summary>What a parent writes and what the library of the command line makes of it is the same.</summary>
    [Fact]
    public void Every_setting_of_a_role_comes_back_as_its_parent_wrote_it()
    {
        foreach (IReadOnlyList<Setting> list in (IReadOnlyList<Setting>[])[CellSettings.OfServer, CellSettings.OfLoad])
        {
            Cell cell = list.Where(s => s.Value == "N").Aggregate(Cell.Blank, (c, s) => s.Set(c, "7"));
            ChildArguments? read = ChildArguments.TryRead([.. CellSettings.ToArguments(list, cell), .. Parent], list, [], []);
            Assert.Equal((17, cell), (read!.Parent, read.Read(list)));
        }
    }

    [Fact]
    public void What_else_the_role_takes_is_read_beside_them()
    {
        ChildArguments? read = ChildArguments.TryRead(
            ["--target", "-", "--workload", "connect", "--json", "--worker-header", "", .. Parent], CellSettings.OfLoad, ["target"], ["json", "attempts"]);
        Assert.Equal(("-", true, false), (read!.Text("target"), read.Has("json"), read.Has("attempts")));
        Assert.Equal(("", Workload.Connect), (read.Read(CellSettings.OfLoad).Load.WorkerHeader, read.Read(CellSettings.OfLoad).Load.Workload));
    }

    [Fact]
    public void A_value_that_is_none_is_refused_in_one_line()
    {
        ChildArguments read = ChildArguments.TryRead(["--workers", "two", .. Parent], CellSettings.OfServer, [], [])!;
        Assert.Equal("workers: 'two' is not a whole number", Assert.Throws<UsageException>(() => read.Read(CellSettings.OfServer)).Message);
    }

    [Theory]
    [InlineData("a person's: no parent", "--workers", "2")]
    [InlineData("an unknown option", "--worker", "2", "--parent-pid", "17")]
    [InlineData("an option of another role", "--rate", "2", "--parent-pid", "17")]
    [InlineData("the library's other spelling", "--workers=2", "--parent-pid", "17")]
    [InlineData("a word that is no option", "reuseport", "--parent-pid", "17")]
    [InlineData("an option without its value", "--parent-pid", "17", "--workers")]
    [InlineData("a parent that is no process", "--workers", "2", "--parent-pid", "me")]
    [InlineData("a wish for help", "--help", "--parent-pid", "17")]
    public void What_no_parent_writes_is_left_to_the_library(string what, params string[] arguments) =>
        Assert.True(ChildArguments.TryRead(arguments, CellSettings.OfServer, ["page"], []) is null, what);
}
