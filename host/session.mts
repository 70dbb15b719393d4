import axios, { type AxiosInstance, type AxiosRequestConfig } from 'axios';

/** A user of n8n. */
export interface Owner {
	email: string;
	password: string;
}

/** An error response of n8n's REST API. */
export class N8nApiError extends Error {
	override name = 'N8nApiError';

	constructor(
		message: string,
		readonly status: number,
	) {
		super(message);
	}
}

/** A client of n8n's REST API that unwraps `{ data }`, throws its errors, and keeps the log-in's cookie. */
export class Session {
	private readonly http: AxiosInstance;
	private lastWrite: Promise<unknown> = Promise.resolve();

	constructor(url: string) {
		this.http = axios.create({
			baseURL: `${url}/rest`,
			proxy: false,
			// n8n accepts a log-in's cookie only with the browser ID of the log-in.
			headers: { 'browser-id': 'n8n-nodes-flux2' },
			timeout: 60_000,
		});
	}

	/** Returns false when the user does not exist or the password is wrong. */
	async logIn({ email, password }: Owner): Promise<boolean> {
		const response = await this.http.post(
			'/login',
			// Old versions of n8n call it `email`.
			{ email, emailOrLdapLoginId: email, password },
			{ validateStatus: (status) => status < 300 || status === 401 },
		);
		if (response.status === 401) return false;
		const cookies = response.headers['set-cookie'] ?? [];
		this.http.defaults.headers.common.Cookie = cookies
			.map((cookie) => cookie.split(';', 1)[0])
			.join('; ');
		return true;
	}

	async get<T>(url: string): Promise<T> {
		return await this.call({ method: 'get', url });
	}

	/** Downloads a file, such as the binary data of an item. */
	async bytes(url: string): Promise<Buffer> {
		const { data } = await this.http.get<Buffer>(url, { responseType: 'arraybuffer' });
		return data;
	}

	async post<T>(url: string, data: object): Promise<T> {
		return await this.write({ method: 'post', url, data });
	}

	async patch<T>(url: string, data: object): Promise<T> {
		return await this.write({ method: 'patch', url, data });
	}

	/** Like `get`, but returns undefined for a 404. */
	async find<T>(url: string): Promise<T | undefined> {
		try {
			return await this.get<T>(url);
		} catch (error) {
			if (error instanceof N8nApiError && error.status === 404) return undefined;
			throw error;
		}
	}

	/**
	 * Sends writes one at a time. With SQLite, n8n 1.x (1.123.81) has a single database connection: of
	 * two concurrent writes, one or both may fail with "cannot start a transaction within a transaction".
	 */
	private async write<T>(request: AxiosRequestConfig): Promise<T> {
		const response = this.lastWrite.then(async () => await this.call<T>(request));
		this.lastWrite = response.catch(() => {});
		return await response;
	}

	private async call<T>(request: AxiosRequestConfig): Promise<T> {
		try {
			const { data } = await this.http.request<{ data: T }>(request);
			return data.data;
		} catch (error) {
			if (!axios.isAxiosError(error) || error.response === undefined) throw error;
			// An axios error holds the whole request; n8n's error message is what a reader needs.
			const { status, data } = error.response;
			const body = JSON.stringify(data).slice(0, 1000);
			throw new N8nApiError(`${request.method} ${request.url}: ${status} ${body}`, status);
		}
	}
}
