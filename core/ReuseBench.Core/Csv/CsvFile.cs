using CsvHelper;
using ReuseBench.Core.Files;

namespace ReuseBench.Core.Csv;

/// <summary>Reads tables row by row, and knows their headers.</summary>
public static class CsvFile
{
    /// <summary>
    /// The whole rows of a table, one at a time; none where the file does not exist or is still empty. A last line without its end is no row: a kill
    /// may have cut it anywhere, also within a number.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="former">How rows of an older version become rows of this one, by their version.</param>
    /// <param name="cell">Cells to keep, by id; the others' rows are passed over unread. Null keeps all.</param>
    /// <exception cref="UsageException">The file is not such a table, or one of a later version; file and line are named.</exception>
    public static IEnumerable<T> Stream<T>(string path, Func<int, Upgrade<T>> former, Func<string, bool>? cell = null)
        where T : IRow, new()
    {
        if (RegularFile.LengthOf(path) == 0)
        {
            yield break;
        }

        using FileStream file = Open(path);
        using WholeLinesStream lines = new(file);
        using CsvReader csv = CsvReader.Create(lines, CsvDialect.Reading, leaveOpen: true);
        TableReader<T> reader = new(path, csv, former, cell);
        while (reader.TryRead(out T? row))
        {
            if (row is not null)
            {
                yield return row;
            }
        }
    }

    /// <summary>Whether the last line has no end, so that it is left out when the file is read.</summary>
    public static bool IsTorn(string path)
    {
        if (RegularFile.LengthOf(path) == 0)
        {
            return false;
        }

        using FileStream file = Open(path);
        file.Position = file.Length - 1;
        return file.ReadByte() != '\n';
    }

    /// <summary>The columns of a row in the order in which they are written.</summary>
    public static string[] Header<T>()
        where T : IRow => [Schema.Column, .. Columns<T>().Select(c => c.Name)];

    /// <summary>What each column means, the version's left out.</summary>
    public static IEnumerable<ColumnInfo> Columns<T>()
        where T : IRow => Codec<T>.Columns.Select(c => c.Info);

    /// <summary>A run that goes on may be writing to it.</summary>
    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
}

internal static class Codec<T>
{
    public static readonly IReadOnlyList<RowColumn<T>> Columns = RowColumns.Create<T>();
}

internal static class CsvDialect
{
    /// <summary>Far more than the longest row that can be written, one with a histogram of widely spread values.</summary>
    public const int MaxRecordBytes = 8 * 1024 * 1024;

    public static CsvWriterOptions Writing { get; } = new() { NewLine = "\n" };

    public static CsvReaderOptions Reading { get; } = new() { TrackLineNumbers = true, PoolStrings = true, MaxRecordSize = MaxRecordBytes };
}

/// <summary>
/// The bytes of a file up to the last end of a line, and no more than it had when it was opened: what is appended meanwhile, or comes from a file
/// that never ends, is not read.
/// </summary>
internal sealed class WholeLinesStream : Stream
{
    private const int BlockBytes = 64 * 1024;

    private readonly FileStream _file;
    private readonly long _end;

    public WholeLinesStream(FileStream file)
    {
        _file = file;
        _end = EndOfLastLine(file);
        file.Position = 0;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _end;

    public override long Position
    {
        get => _file.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => _file.Read(buffer[..(int)Math.Min(buffer.Length, _end - _file.Position)]);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static long EndOfLastLine(FileStream file)
    {
        byte[] block = new byte[BlockBytes];
        for (long end = file.Length; end > 0;)
        {
            long begin = Math.Max(0, end - BlockBytes);
            file.Position = begin;
            int read = file.ReadAtLeast(block.AsSpan(0, (int)(end - begin)), (int)(end - begin), throwOnEndOfStream: false);
            if (block.AsSpan(0, read).LastIndexOf((byte)'\n') is >= 0 and int last)
            {
                return begin + last + 1;
            }

            end = begin;
            if (file.Length - end > CsvDialect.MaxRecordBytes)
            {
                throw new UsageException(
                    $"{file.Name}: its last line is longer than {CsvDialect.MaxRecordBytes} bytes, which no row is; restore the file");
            }
        }

        return 0;
    }
}
