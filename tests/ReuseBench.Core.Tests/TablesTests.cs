using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;

namespace ReuseBench.Core.Tests;

/// <summary>What holds for every table and every column there is; a new one is held to it without a line here.</summary>
public sealed class TablesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reusebench-tables-").FullName;

    /// <summary>Found in the assembly, so that the list is not held against itself.</summary>
    private static IEnumerable<Type> RowTypes => typeof(IRow).Assembly.GetTypes().Where(t => t.IsClass && !t.IsAbstract && typeof(IRow).IsAssignableFrom(t));

    public static TheoryData<string> Files => [.. Tables.All.Select(t => t.FileName)];

    public static TheoryData<string> SettingKeys => [.. CellSettings.All.Where(s => s.Role != SettingRole.Process).Select(s => s.Key)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_row_there_is_has_its_table() =>
        Assert.Equal(RowTypes.Select(t => t.Name).Order(), Tables.All.Select(t => t.Row.Name).Order());

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_property_that_can_be_set_is_a_column(string file)
    {
        foreach (PropertyInfo property in Table(file).Row.GetProperties().Where(p => p.SetMethod is not null))
        {
            Assert.True(property.IsDefined(typeof(ColumnAttribute)), $"{property.DeclaringType!.Name}.{property.Name} has no column");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Columns_begin_with_the_keys_and_no_name_comes_twice(string file)
    {
        ITable table = Table(file);
        string[] columns = [.. table.Columns.Select(c => c.Name)];
        string[] first = table.IsOfRepeats ? ["run_id", "cell_id", "repeat"] : ["run_id"];
        Assert.Equal(first, columns.Take(first.Length));
        Assert.Equal(columns.Distinct(), columns);
        Assert.Empty(table.Keys.Except(columns));
        Assert.All(table.Columns, c => Assert.EndsWith(".", c.Metric is null ? "." : c.Meaning, StringComparison.Ordinal));
        Assert.All(columns, c => Assert.Matches("^[a-z][a-z0-9_]*$", c));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_written_is_read(string file)
    {
        ITable table = Table(file);
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            File.Delete(Path.Combine(_folder, file));
            IRow[] rows = [.. Enumerable.Range(seed % 100_000, 3).Select(s => RandomRow(table.Row, s))];
            Write(table, rows);
            Assert.Equal(rows, table.Rows(_folder));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_table_that_is_cleaned_keeps_the_repeats_that_are_wanted(string file)
    {
        ITable table = Table(file);
        if (!table.IsOfRepeats)
        {
            return;
        }

        IRepeatRow[] rows = [.. Enumerable.Range(1, 6).Select(s => (IRepeatRow)RandomRow(table.Row, s))];
        Write(table, rows);
        File.AppendAllText(Path.Combine(_folder, file), "2,half a li");
        table.Keep(_folder, row => row.Repeat % 2 == 0);
        Assert.Equal(rows.Where(r => r.Repeat % 2 == 0), table.Rows(_folder));
        Assert.False(CsvFile.IsTorn(Path.Combine(_folder, file)));
    }

    [Fact]
    public void A_table_is_written_anew_with_what_was_changed_in_it_and_left_alone_where_nothing_was()
    {
        ResultRow[] rows = [.. Enumerable.Range(1, 4).Select(s => (ResultRow)RandomRow(typeof(ResultRow), s))];
        Write(Tables.Results, [.. rows]);
        string path = Path.Combine(_folder, Tables.Results.FileName);
        DateTime written = File.GetLastWriteTimeUtc(path);

        Assert.Equal(0, Tables.Results.Rewrite(_folder, row => row));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));

        ResultRow[] changed = [.. rows.Select((row, i) => i == 2 ? row with { Seed = 4711 } : row)];
        Assert.Equal(1, Tables.Results.Rewrite(_folder, row => row == rows[2] ? row with { Seed = 4711 } : row));
        Assert.Equal(changed, Tables.Results.Read(_folder));
    }

    [Theory]
    [MemberData(nameof(SettingKeys))]
    public void Every_setting_has_a_column_and_comes_back(string key)
    {
        Setting setting = CellSettings.Find(key)!;
        Cell cell = Cell.Blank with { Restart = new RestartSettings() };
        ResultRow[] rows = [new() { Cell = cell }, new() { Cell = setting.Set(cell, CellSettingsTests.Another(setting)) }];
        Write(Tables.Results, rows);
        Assert.Contains(setting.Column, Tables.Results.Columns.Select(c => c.Name));
        Assert.Equal(rows, Tables.Results.Read(_folder));
    }

    [Fact]
    public void A_setting_without_effect_leaves_its_column_empty()
    {
        Write(Tables.Results, [new ResultRow()]);
        string[] lines = File.ReadAllLines(Path.Combine(_folder, Tables.Results.FileName));
        string[] columns = lines[0].Split(',');
        string[] fields = lines[1].Split(',');
        Assert.Equal(("", "single"), (fields[Array.IndexOf(columns, "accept")], fields[Array.IndexOf(columns, "variant")]));
    }

    [Fact]
    public void Rows_of_other_cells_are_passed_over()
    {
        Write(Tables.Timeline, [.. Enumerable.Range(0, 1000).Select(i => new TimelineRow { CellId = $"c{i % 10}", Repeat = i })]);
        Assert.Equal(100, Tables.Timeline.Stream(_folder, cell => cell == "c3").Count());
        Assert.Equal(3, Tables.Timeline.Stream(_folder, cell => cell == "c3").First().Repeat);
    }

    [Fact]
    public void What_a_run_appends_while_it_is_read_is_not_waited_for()
    {
        using CsvTable<TimelineRow> table = Tables.Timeline.Open(_folder);
        table.Append(new TimelineRow { Repeat = 1 });
        using IEnumerator<TimelineRow> reading = Tables.Timeline.Stream(_folder).GetEnumerator();
        Assert.True(reading.MoveNext());
        table.Append(new TimelineRow { Repeat = 2 });
        Assert.False(reading.MoveNext());
    }

    [Fact]
    public void A_column_that_came_later_is_not_needed()
    {
        Write(Tables.Latency, [new LatencyRow { Repeat = 1, LatencyUs = 5 }]);
        Write(Tables.Restarts, [new RestartRow { Repeat = 1, GapMs = 3, Late = 7 }]);
        CutColumn(Tables.Restarts.FileName, "late");
        Assert.Equal(new RestartRow { Repeat = 1, GapMs = 3 }, Assert.Single(Tables.Restarts.Read(_folder)));
        CutColumn(Tables.Latency.FileName, "latency_us");
        Assert.Contains("latency_us is missing", Assert.Throws<UsageException>(() => Tables.Latency.Read(_folder)).Message, StringComparison.Ordinal);
    }

    private void CutColumn(string file, string column)
    {
        string path = Path.Combine(_folder, file);
        string[] lines = File.ReadAllLines(path);
        int index = Array.IndexOf(lines[0].Split(','), column);
        File.WriteAllText(path, string.Concat(lines.Select(line => string.Join(',', line.Split(',').Where((_, i) => i != index)) + '\n')));
    }

    private void Write(ITable table, IEnumerable<IRow> rows)
    {
        using ITableWriter writer = table.Append(_folder);
        writer.Append(rows);
    }

    private static ITable Table(string file) => Tables.All.Single(t => t.FileName == file);

    private static IRow RandomRow(Type type, int seed)
    {
        Random random = new(seed);
        IRow row = (IRow)Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.IsDefined(typeof(ColumnAttribute))))
        {
            property.SetValue(row, property.Name == nameof(IRepeatRow.Repeat) ? seed : RandomValue(property, random));
        }

        return row;
    }

    private static object? RandomValue(PropertyInfo property, Random random)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        bool mayBeNull = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        if (mayBeNull && random.Next(3) == 0)
        {
            return null;
        }

        string text = random.Next(4) switch { 0 => "a, \"quoted\" one", 1 => "two\nlines", 2 => "µs ≥ 1", _ => "plain" };
        return type == typeof(string) ? text
            : type.IsEnum ? Enum.GetValuesAsUnderlyingType(type).GetValue(random.Next(Enum.GetNames(type).Length)) is { } value
                ? Enum.ToObject(type, value) : null
            : type == typeof(int) ? random.Next()
            : type == typeof(long) ? random.NextInt64(1_000_000_000_000_000)
            : type == typeof(ulong) ? (ulong)random.NextInt64() * 2
            : type == typeof(double) ? (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-12, 12))
            : type == typeof(bool) ? random.Next(2) == 0
            : type == typeof(Duration) ? Duration.FromMilliseconds(random.Next(100_000))
            : type == typeof(Verdict) ? new Verdict([.. VerdictRules.All.Where(_ => random.Next(5) == 0)])
            : type == typeof(Cell) ? RandomCell(random)
            : throw new NotSupportedException($"{property.Name}: {type}");
    }

    private static Cell RandomCell(Random random) => CellSettings.All.Where(s => s.Role != SettingRole.Process && random.Next(3) == 0)
        .Aggregate(Cell.Blank, (cell, setting) => setting.Set(cell, CellSettingsTests.Another(setting)));
}
