/** @peculiar/x509, loaded after the polyfill that its dependency injection asks for. Import it from here only. */
import 'reflect-metadata';

export * from '@peculiar/x509';
